// Play, pause, seek and speed up one recording. Without scripts the browser's own controls stay.

const SPEEDS = [1, 1.25, 1.5, 2];
const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;

export default function (player) {
  const audio = player.querySelector("audio");
  const play = player.querySelector("[data-play]");
  const seek = player.querySelector("[data-seek]");
  const time = player.querySelector("[data-time]");
  const speed = player.querySelector("[data-speed]");
  const length = () => (Number.isFinite(audio.duration) ? audio.duration : Number(player.dataset.seconds));
  audio.controls = false;
  for (const control of [play, seek, speed]) if (control) control.hidden = false;

  function show() {
    const paused = audio.paused;
    play.querySelector("[data-when-paused]").hidden = !paused;
    play.querySelector("[data-when-playing]").hidden = paused;
    play.setAttribute("aria-label", `${paused ? "Play" : "Pause"} ${play.dataset.label}`);
    player.toggleAttribute("data-busy", !paused);
    seek.max = Math.ceil(length());
    seek.value = audio.currentTime;
    seek.setAttribute("aria-valuetext", `${clock(audio.currentTime)} of ${clock(length())}`);
    time.textContent = audio.currentTime ? `${clock(audio.currentTime)} / ${clock(length())}` : clock(length());
  }

  play.addEventListener("click", () => {
    document.querySelectorAll("audio").forEach((other) => other !== audio && other.pause());
    if (audio.paused) audio.play().catch(() => {});
    else audio.pause();
  });
  seek.addEventListener("input", () => (audio.currentTime = Number(seek.value)));
  speed?.addEventListener("click", () => {
    audio.playbackRate = SPEEDS[(SPEEDS.indexOf(audio.playbackRate) + 1) % SPEEDS.length];
    speed.textContent = `${audio.playbackRate}×`;
    speed.setAttribute("aria-label", `Playback speed, ${audio.playbackRate} times`);
  });
  for (const name of ["play", "pause", "ended", "timeupdate", "loadedmetadata"]) audio.addEventListener(name, show);
  audio.addEventListener("error", () => (time.textContent = "Cannot be played"));
}
