// The player of a session sheet. It keeps another promise of the program: no road leads past a caution unheard.
// Where it lands in a part, the cautions that hold there come first, from where the recording says them in full.
// Forward it goes ten seconds at most, and never over a caution. Nothing is loaded, sent or kept.
// Before the questions are answered it holds no sound at all, so there is nothing to jump to.
(() => {
  const { title, length, parts, cues, full } = JSON.parse(document.getElementById("program").textContent);
  const $ = (id) => document.getElementById(id);
  const SKIP = 10; // seconds of a small jump
  const LEAD = 0.12; // seconds before a text, so that its first sound is not cut
  const TAIL = 0.25; // seconds after it: the recording is silent for half a second between two texts
  const NEXT = "Before the next session, the questions again.";
  const LATER = "Another day: first the questions.";
  const cautions = cues.filter((cue) => cue[3]);

  const audio = document.createElement("audio");
  audio.preload = "auto";
  document.body.append(audio);
  const session = questions.sound("sound");
  $("sound").remove();

  let run = 0; // where the sound that is being heard without a gap began
  let last = 0; // where it was seen last: anybody else's seeking is undone from this
  let landing = null; // cautions to be said first: { spans, number, at }
  let pending = null; // a jump that waits until the caution is said
  let started = false;
  let finished = false; // the next session begins with the questions
  let hint = "";
  const heard = new Set();

  const partAt = (second) => Math.max(0, parts.findLastIndex((part) => part.span[0] <= second + 0.01));
  const cueAt = (list, second) => list.find((cue) => cue[0] - LEAD <= second && second < cue[1]);
  const current = () => (landing ? landing.number : partAt(audio.currentTime));
  const clock = (seconds) => {
    const whole = Math.max(0, Math.round(seconds));
    return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
  };

  // --- moving ---

  function seek(second) {
    run = last = Math.min(Math.max(second, 0), length);
    audio.currentTime = last;
  }

  function land(number, at, hazards) {
    const part = parts[number];
    const owed = new Set([...part.owed.filter((hazard) => !heard.has(hazard)), ...hazards]);
    const spans = [...owed].map((hazard) => ({ hazard, start: full[hazard][0] - LEAD, end: full[hazard][1] + TAIL }));
    pending = null;
    hint = "";
    landing = spans.length ? { spans, number, at } : null;
    seek(landing ? spans[0].start : at);
    sound();
  }

  function enter(number) {
    const to = Math.min(Math.max(number, 0), parts.length - 1);
    land(to, parts[to].span[0], parts[to].first);
  }

  // A jump to another part; a caution that is being said is heard out first.
  function jump(number) {
    const saying = landing ? landing.spans[0] : cueAt(cautions, audio.currentTime);
    if (!audio.paused && saying) {
      pending = number;
      hint = "The caution first, then on.";
      return;
    }
    enter(number);
  }

  function skip(seconds) {
    const now = audio.currentTime;
    const part = parts[partAt(now)];
    if (landing) {
      hint = "The cautions first.";
      if (seconds < 0) seek(landing.spans[0].start);
    } else if (seconds < 0) {
      seek(Math.max(part.span[0], now + seconds));
    } else if (cueAt(cautions, now)) {
      hint = "The caution first.";
    } else {
      const ahead = cautions.find((cue) => cue[0] - LEAD > now);
      seek(Math.min(now + seconds, ahead ? ahead[0] - LEAD : length, part.span[1]));
    }
    show();
  }

  // Wherever a headset or the system wants to go: as far as the rules above allow.
  function wanted(second) {
    const number = partAt(second);
    if (number !== current()) jump(number);
    else skip(second - audio.currentTime < 0 ? second - audio.currentTime : Math.min(second - audio.currentTime, SKIP));
  }

  // --- sounding ---

  let fading = 0;
  function fade(to, then) {
    clearInterval(fading);
    fading = setInterval(() => {
      const next = audio.volume + Math.sign(to - audio.volume) * 0.25;
      audio.volume = Math.min(Math.max(next, 0), 1);
      if (Math.abs(audio.volume - to) < 0.01 || next <= 0 || next >= 1) {
        clearInterval(fading);
        if (then) then();
      }
    }, 15);
  }

  function sound() {
    started = true;
    audio.play().then(() => fade(1), (error) => {
      hint = `This browser does not play: ${error.message}`;
      show();
    });
    stayAwake();
    show();
  }

  function play() {
    const now = audio.currentTime;
    const number = partAt(now);
    const part = parts[number];
    if (landing) land(landing.number, landing.at, landing.spans.map((span) => span.hazard));
    else if (started && part.work && part.work[0] <= now && now < part.work[1]) {
      const saying = cueAt(cues, now);
      land(number, saying ? saying[0] - LEAD : now, part.all); // as in a live session: the cautions first
    } else {
      const saying = cueAt(cues, now);
      if (started && saying) seek(saying[0] - LEAD);
      sound();
    }
  }

  function toggle() {
    if (audio.paused) play();
    else fade(0, () => audio.pause());
  }

  function step() {
    const now = audio.currentTime;
    if (!audio.paused && !audio.seeking) {
      last = now;
      if (landing && now >= landing.spans[0].end) {
        heard.add(landing.spans[0].hazard);
        if (pending !== null) enter(pending);
        else advance();
      } else if (!landing) {
        for (const cue of cautions) {
          if (cue[4] && run - LEAD <= cue[0] && cue[1] <= now) heard.add(cue[3]);
        }
        if (pending !== null && !cueAt(cautions, now)) enter(pending);
      }
    }
    show();
  }

  function advance() {
    landing.spans.shift();
    if (landing.spans.length) return seek(landing.spans[0].start);
    const { at } = landing;
    landing = null;
    seek(at);
  }

  let lock = null;
  function stayAwake() {
    if (!navigator.wakeLock || lock) return;
    lock = navigator.wakeLock.request("screen").then((held) => held.addEventListener("release", () => (lock = null)), () => (lock = null));
  }

  // --- opening ---

  questions.watch((open) => {
    clearInterval(fading);
    audio.pause();
    URL.revokeObjectURL(audio.src);
    run = last = 0;
    landing = pending = null;
    started = finished = false;
    hint = "";
    heard.clear();
    shown.clear();
    $("caption").textContent = "Press play. Keep this page where you both can hear it.";
    $("caption").className = "";
    if (open) audio.src = URL.createObjectURL(session);
    else audio.removeAttribute("src");
    audio.load();
    $("dock").hidden = !open;
    for (const button of document.querySelectorAll("[data-go]")) button.disabled = !open;
    show();
    if (!open) return;
    window.scrollTo({ top: 0, behavior: "instant" });
    $("play").focus({ preventScroll: true });
  });

  // --- showing ---

  const shown = new Map();
  function put(name, value, write) {
    if (shown.get(name) === value) return;
    shown.set(name, value);
    write(value);
  }
  const text = (id, value) => put(id, value, () => ($(id).textContent = value));

  function state(part, now) {
    if (hint && !audio.paused && (landing || cueAt(cautions, now))) return hint;
    hint = audio.paused ? hint : "";
    if (finished) return "Finished";
    if (audio.paused) return hint || (started ? "Paused" : "");
    if (landing) return "Cautions first";
    if (!part.work) return "";
    return now < part.work[0] ? "Listen first" : now < part.work[1] ? "Hands at work" : "";
  }

  function caption(now) {
    if (!started) return;
    const cue = cueAt(cues, now);
    put("caption", cue || shown.get("caption"), () => {
      const line = $("caption");
      line.textContent = cue[2];
      line.classList.toggle("caution", Boolean(cue[3]));
      if (cue[3]) {
        const word = document.createElement("span");
        word.className = "word";
        word.textContent = "Caution ";
        line.prepend(word);
      }
    });
    put("past", !cue, (past) => $("caption").classList.toggle("past", past));
  }

  function show() {
    const now = audio.currentTime;
    const number = current();
    const part = parts[number];
    const at = landing ? landing.at : now;
    const working = !landing && started && part.work && part.work[0] <= now && now < part.work[1];
    text("now-part", part.number ? `Step ${part.number}: ${part.name}` : part.name);
    text("now-state", state(part, now));
    text("left", started ? clock(part.span[1] - at) : "");
    text("coming", parts[number + 1] ? `Next: ${parts[number + 1].name}` : "");
    caption(now);
    put("bar", Math.round((1000 * at) / length) / 10, (percent) => {
      $("bar").style.width = `${percent}%`;
      $("progress").setAttribute("aria-valuenow", Math.round(percent));
      $("progress").setAttribute("aria-valuetext", `${clock(at)} of ${clock(length)}`);
    });
    put("paused", audio.paused, (paused) => {
      const button = $("play");
      button.setAttribute("aria-label", paused ? "Play" : "Pause");
      button.title = paused ? "Play" : "Pause";
      button.querySelector("path").setAttribute("d", paused ? "M7 4l13 8-13 8z" : "M6 4h4v16H6zM14 4h4v16h-4z");
      if (navigator.mediaSession) navigator.mediaSession.playbackState = paused ? "paused" : "playing";
    });
    put("where", `${started ? number : -1} ${working}`, () => {
      for (const shape of document.querySelectorAll("[data-area], [data-of]")) {
        const here = started && part.areas.includes(shape.dataset.area || shape.dataset.of);
        shape.classList.toggle("now", here && Boolean(working));
        shape.classList.toggle("soon", here && !working);
      }
    });
    put("row", started ? number : -1, () => {
      for (const row of document.querySelectorAll("[data-part]")) {
        if (started && Number(row.dataset.part) === number) row.setAttribute("aria-current", "step");
        else row.removeAttribute("aria-current");
      }
    });
  }

  // --- hands ---

  // Whatever a key, a button or a headset wants: first the questions, before each session.
  function guarded(action) {
    return (...wanted) => {
      if (finished) questions.again(NEXT);
      else if (questions.open() && audio.paused && !questions.today()) questions.again(LATER);
      else if (questions.open()) action(...wanted);
      else questions.refuse();
      show();
    };
  }
  const moves = {
    play: toggle,
    rewind: () => skip(-SKIP),
    forward: () => skip(SKIP),
    next: () => jump(current() + 1),
    back: () => jump(landing || audio.currentTime > parts[current()].span[0] + 3 ? current() : current() - 1),
  };
  const actions = Object.fromEntries(Object.entries(moves).map(([id, action]) => [id, guarded(action)]));
  const jumpTo = guarded(jump);
  const wantedTo = guarded(wanted);
  for (const [id, action] of Object.entries(actions)) $(id).addEventListener("click", action);
  for (const button of document.querySelectorAll("[data-go]")) {
    button.addEventListener("click", () => jumpTo(Number(button.dataset.go)));
  }

  function keyed(event) {
    const { key } = event;
    if (key === " ") return "play";
    if (key === "ArrowLeft") return event.shiftKey ? "back" : "rewind";
    if (key === "ArrowRight") return event.shiftKey ? "next" : "forward";
    if (key === "b" || (key === "PageUp" && !audio.paused)) return "back"; // a pedal sends PageUp and PageDown
    if (key === "n" || (key === "PageDown" && !audio.paused)) return "next";
    return "";
  }
  document.addEventListener("keydown", (event) => {
    const own = event.target.closest("button, a, summary, input, select, textarea");
    const action = keyed(event);
    const theirs = own && (event.key === " " || own.matches("input")); // arrows choose among answers
    if (!action || event.repeat || event.ctrlKey || event.altKey || event.metaKey || theirs) return;
    event.preventDefault();
    if (action === "play" && !questions.open()) questions.read();
    else actions[action]();
  });

  audio.addEventListener("seeking", () => {
    if (Math.abs(audio.currentTime - last) > 0.5 && Math.abs(audio.currentTime - run) > 0.5) audio.currentTime = last;
  });
  for (const name of ["pause", "playing", "ended", "timeupdate"]) audio.addEventListener(name, step);
  audio.addEventListener("ended", () => (finished = started && questions.open()));
  audio.addEventListener("play", () => {
    // a system that knows no media session
    if (finished) questions.again(NEXT);
    else if (!questions.today()) questions.again(LATER);
  });
  audio.addEventListener("error", () => {
    hint = "This browser cannot play the sound.";
    show();
  });
  setInterval(step, 50);

  if (navigator.mediaSession) {
    navigator.mediaSession.metadata = new MediaMetadata({ title, artist: "massage-voice" });
    const answers = {
      play: () => (questions.open() ? audio.paused && actions.play() : questions.read(true)),
      pause: () => (questions.open() ? audio.paused || actions.play() : questions.read(false)),
      previoustrack: actions.back, nexttrack: actions.next,
      seekbackward: actions.rewind, seekforward: actions.forward, seekto: (to) => wantedTo(to.seekTime),
    };
    for (const [name, answer] of Object.entries(answers)) {
      try {
        navigator.mediaSession.setActionHandler(name, answer);
      } catch {
        // this browser does not know the action
      }
    }
  }
  show();
})();
