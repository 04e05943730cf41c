"""What is spoken in the neck routine: the texts over which the pace of every voice was set."""

ORDINARY = [
    (
        "Stand behind your partner. "
        "Rest both hands on top of their shoulders. "
        "No pressure, just warmth. "
        "Breathe in together. "
        "And breathe out, slowly."
    ),
    (
        "Put the fingertips of both hands at the hairline, one hand each side of the spine. "
        "Glide down the neck, down the back, to the waist. "
        "Lift off. "
        "Go back to the hairline. "
        "Repeat. "
        "Start light, like spreading lotion. "
        "Take ten seconds for each stroke."
    ),
    "Ask your partner: zero to ten? Stay at four or less.",
    "A little more pressure on the neck, only if they agree.",
    "Last stroke, all the way to the waist.",
    (
        "Use your right hand only. "
        "Rest your left hand on their shoulder. "
        "Set the little-finger edge at the hairline, just beside the spine. "
        "Draw the hand down to the waist, rolling it open. "
        "Little finger first, thumb last. "
        "One stroke on your partner's right, then one on their left."
    ),
    "Little finger lands first. Thumb follows.",
    "One last stroke on each side.",
    (
        "These strokes stay on the bone under the collarbones. "
        "Stand where you can see your partner's face. "
        "Lay flat fingers just under the collarbone, near the breastbone. "
        "Stroke outward to the shoulder. "
        "Light as lotion. "
        "First your partner's right side, then their left."
    ),
    "Slow and soft. Change sides after each stroke.",
    (
        "Stand behind your partner again. "
        "Put the fingertips of both hands on the back hairline, just behind the ears. "
        "Make small, slow circles along the edge of the skull, in to the middle, and back out. "
        "Ear to ear. "
        "Light."
    ),
    "One circle every three seconds.",
    (
        "Now circle from the hairline down, both sides of the spine. "
        "Finish at the bump where the neck meets the back. "
        "Lift off, return to the top, repeat."
    ),
    "Last time down, then lift away.",
    (
        "Start at the base of the neck, beside the spine, on your partner's right. "
        "Lift a soft fold of skin between thumb and fingers. "
        "Hold one second. "
        "Let go. "
        "Patter twice with your finger pads, like light rain. "
        "Move down a finger's width. "
        "At the lowest rib, finish the patter. "
        "Just lift, down to the waist."
    ),
    "A lift, not a pinch. It must never sting.",
    "Now your partner's left side, from the top.",
    "Nearly at the waist. Lifts only, no patter.",
    (
        "Bring the fingertips of both hands back to the hairline. "
        "Stroke down over the same places, neck to waist. "
        "Make each stroke lighter than the last. "
        "Ten seconds each."
    ),
    "Slow and even. Follow your partner's breathing.",
    "Lighter still. Barely touching.",
    "Last stroke. Down to the waist, and lift away.",
    "Rest both hands on the shoulders. Be still. Take two slow breaths together.",
    "Lift your hands away.",
]

CAUTIONS = [
    "Sharp pain, tingling, numbness or dizziness means stop at once.",
    "Ask your partner: any pain, tingling or dizziness?",
    "If your partner feels hot, sick or faint, stop and help them lie down.",
    "Look at their face. Pale or sweaty? Stop, and lie them down.",
    "Skip broken skin, rashes, moles, bruises and sore lumps.",
    "Keep off the carotid artery and jugular vein, at the front and sides of the neck.",
    "Sit a full minute before standing. Then rise slowly.",
    "Keep out of the hollow above the collarbone. Stop if the arm tingles.",
    "Keep out of the hollow above the collarbone.",
    "Never twist, pull or crack the neck. Never tip the head back.",
    "No twisting, no pulling, no tipping back.",
    "Work beside the spine. Never press on the bones.",
    "Beside the spine, never on it.",
    "Below the lowest ribs, light strokes only. No pressing, tapping or pounding there.",
    "Light below the lowest ribs.",
    "Stay high, on the bone just under the collarbones.",
    "Stay high, on the bone.",
    "Soft finger pads on the skull edge. Never dig in under it.",
    "Never dig in under the skull.",
    "Keep out of the notch under the ear.",
    "Out of the notch under the ear.",
]
