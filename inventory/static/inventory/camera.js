// The camera reads labels: the browser's own BarcodeDetector, else the decoder of the package `qr`.
(() => {
  "use strict";
  const decoder = document.currentScript.dataset.decoder;
  const button = document.querySelector("[data-camera]");
  const box = document.getElementById("camera");
  if (!button || !box) return;
  const video = box.querySelector("video");
  const words = box.querySelector("[data-camera-words]");
  const hint = words.textContent;
  const EVERY = 200;
  const SAME = 2500; // the same label held before the lens is one reading
  let stream = null;
  let last = { text: "", at: 0 };

  const reader = async () => {
    const formats = await (window.BarcodeDetector?.getSupportedFormats?.() ?? []);
    if (formats.includes("qr_code")) {
      const own = new window.BarcodeDetector({ formats });
      return async () => (await own.detect(video))[0]?.rawValue || "";
    }
    const { default: decode } = await import(decoder);
    const canvas = document.createElement("canvas");
    const pen = canvas.getContext("2d", { willReadFrequently: true });
    return async () => {
      const scale = Math.min(1, 800 / video.videoWidth);
      canvas.width = video.videoWidth * scale;
      canvas.height = video.videoHeight * scale;
      pen.drawImage(video, 0, 0, canvas.width, canvas.height);
      try {
        return decode(pen.getImageData(0, 0, canvas.width, canvas.height));
      } catch {
        return ""; // no label in this picture
      }
    };
  };

  const stop = () => {
    stream?.getTracks().forEach((track) => track.stop());
    stream = null;
    box.hidden = true;
    button.setAttribute("aria-pressed", "false");
  };
  const start = async () => {
    box.hidden = false;
    words.textContent = hint;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" }, audio: false });
      video.srcObject = stream;
      await video.play();
      const read = await reader();
      button.setAttribute("aria-pressed", "true");
      look(read);
    } catch {
      stop();
      box.hidden = false;
      words.textContent = box.dataset.none;
    }
  };
  const look = async (read) => {
    if (!stream) return;
    const text = video.videoWidth ? await read().catch(() => "") : "";
    const now = Date.now();
    if (text && (text !== last.text || now - last.at > SAME)) window.preau.scanned(text);
    if (text) last = { text, at: now };
    setTimeout(() => look(read), EVERY);
  };
  button.addEventListener("click", () => (stream ? stop() : start()));
  window.addEventListener("pagehide", stop);
})();
