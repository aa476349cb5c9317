// What a scanner's user hears without looking: a short high tone, or a long low one.
window.preau = window.preau || {};
window.preau.scanSound = (() => {
  let audio = null;
  return (good) => {
    try {
      audio = audio || new AudioContext();
      const tone = audio.createOscillator();
      const volume = audio.createGain();
      tone.frequency.value = good ? 880 : 220;
      tone.type = good ? "sine" : "square";
      volume.gain.value = 0.08;
      tone.connect(volume).connect(audio.destination);
      tone.start();
      tone.stop(audio.currentTime + (good ? 0.09 : 0.35));
    } catch { /* without sound the verdict is still read */ }
    if (!good && navigator.vibrate) navigator.vibrate(200);
  };
})();
