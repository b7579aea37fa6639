// Refreshes the doors and events when the console says that something moved; the page works without it.
"use strict";
(() => {
  const part = document.getElementById("kini");
  if (!part || !window.EventSource) return;
  let busy = false, again = false;
  const look = async () => {
    if (busy) { again = true; return; }
    busy = true;
    try {
      const answer = await fetch(part.dataset.bagian, { credentials: "same-origin", redirect: "error" });
      if (answer.ok) part.innerHTML = await answer.text();
    } catch (error) { /* the stream comes back by itself and asks again */ }
    busy = false;
    if (again) { again = false; look(); }
  };
  new EventSource(part.dataset.arus).onmessage = look;
})();
