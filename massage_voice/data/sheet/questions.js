// The questions of a session sheet. They keep one promise of the program: nothing that sends hands to work plays
// before they are answered. What an answer means is data; whatever is not known to let it play, does not. The answers
// are kept nowhere: a page that is loaded anew, or comes back, or has played to its end, asks again.
"use strict";
const questions = (() => {
  const { form, reading } = JSON.parse(document.getElementById("program").textContent);
  const $ = (id) => document.getElementById(id);
  const section = $("ask");
  const first = form.slice(0, -1);
  const consent = form.at(-1);
  const UNKNOWN = "This recording is not for you.";

  let agreed = ""; // the day on which everything was answered
  let changed = () => {}; // the player's, told whenever it may play or may no longer
  const today = () => new Date().toDateString();

  const field = (question) => section.querySelector(`[data-question="${question.id}"]`);
  const boxes = (question) => [...field(question).querySelectorAll("input")].filter((box) => box.name === question.id);
  const chosen = (question) => boxes(question).find((box) => box.checked)?.value;
  const clear = (question) => boxes(question).forEach((box) => (box.checked = false));
  const follows = (question) => Boolean(question.then) && question.why[chosen(question)] === null;

  // Empty: it may play. Words: why not. null: not answered yet.
  function verdict(question) {
    const answer = chosen(question);
    if (answer === undefined) return null;
    return follows(question) ? verdict(question.then) : question.why[answer] ?? UNKNOWN;
  }

  function put(element, words) {
    if (element.textContent !== words) element.textContent = words; // said again only where it is new
  }
  const say = (words) => put($("verdict"), words);

  function show() {
    for (const question of first) {
      const why = verdict(question);
      if (question.then) {
        field(question.then).hidden = !follows(question);
        if (!follows(question)) clear(question.then);
      }
      put(field(question).querySelector(":scope > .why"), why ?? "");
      field(question).classList.toggle("against", Boolean(why));
      if (why !== null) field(question).classList.remove("missing");
    }
    document.body.classList.toggle("asking", !agreed);
    $("answered").hidden = !agreed;
  }

  function decide(day) {
    agreed = day;
    show();
    changed(Boolean(agreed));
  }

  function forget(words) {
    form.forEach((question) => [question, question.then].forEach((one) => one && clear(one)));
    section.querySelectorAll(".missing").forEach((one) => one.classList.remove("missing"));
    hush();
    decide("");
    say(words);
  }

  // The first that keeps it from playing, with the words for it; nothing, where all is answered well.
  function obstacle() {
    const against = first.find(verdict);
    if (against) return { question: against, words: `It does not play. ${verdict(against)}` };
    const left = first.filter((question) => verdict(question) === null);
    const count = left.length === first.length ? "" : `: ${left.length} of ${first.length} are left`;
    return left.length ? { question: left[0], left, words: `First the questions${count}.` } : null;
  }

  function refuse() {
    say(obstacle()?.words ?? "Do you both agree? Then it plays.");
    section.scrollIntoView({ block: "nearest" });
  }

  function agree() {
    const found = obstacle();
    if (!found) {
      hush();
      say("");
      return decide(today());
    }
    say(found.words);
    found.left?.forEach((question) => field(question).classList.add("missing"));
    const asked = follows(found.question) ? found.question.then : found.question;
    (boxes(asked).find((box) => box.checked) ?? boxes(asked)[0]).focus();
  }

  function again(words) {
    forget(words);
    $("ask-heading").focus();
  }

  // --- reading aloud ---

  const voice = new Audio();
  const said = () => reading.find((cue) => cue[0] <= voice.currentTime + 0.1 && voice.currentTime < cue[1]);

  function read() {
    if (!voice.paused) return hush();
    if (!voice.src) voice.src = URL.createObjectURL(sound("questions-sound"));
    const cut = said();
    if (cut) voice.currentTime = Math.max(0, cut[0] - 0.1);
    voice.play().catch((error) => {
      if (error.name !== "AbortError") say(`This browser does not play: ${error.message}`); // it was only stopped again
    });
  }

  function hush() {
    voice.pause();
  }

  function mark() {
    const id = voice.paused ? "" : said()?.[2];
    for (const one of section.querySelectorAll("[data-question]")) {
      const here = one.dataset.question === id;
      if (here && !one.classList.contains("read")) one.scrollIntoView({ block: "nearest" });
      one.classList.toggle("read", here);
    }
    put($("read-label"), voice.paused ? "Read them to us" : "Stop reading");
  }

  for (const name of ["play", "pause", "ended", "timeupdate", "seeked"]) voice.addEventListener(name, mark);

  function sound(id) {
    const bytes = Uint8Array.from(atob($(id).textContent), (letter) => letter.charCodeAt(0));
    return new Blob([bytes], { type: "audio/mpeg" });
  }

  // --- hands ---

  section.addEventListener("change", () => {
    decide("");
    say("");
    if (first.some(verdict)) hush();
  });
  for (const button of section.querySelectorAll("[data-answer]")) {
    const why = consent.why[button.dataset.answer];
    button.addEventListener("click", why === "" ? agree : () => forget(why ?? UNKNOWN));
  }
  $("read").addEventListener("click", read);
  $("again").addEventListener("click", () => again(""));
  // A page that comes back, by "back" or by a reload, may bring its answers with it.
  window.addEventListener("pageshow", () => forget(""));

  show();
  section.hidden = false;
  return {
    again, refuse, sound,
    read: (wanted) => voice.paused === (wanted ?? voice.paused) && read(),
    open: () => Boolean(agreed),
    today: () => agreed === today(),
    watch: (told) => (changed = told),
  };
})();
