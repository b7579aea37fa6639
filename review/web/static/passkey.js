// Signs a form with a passkey, or makes one. Without it the form is sent as it is, and asks for a passphrase.
"use strict";
(() => {
  const form = document.querySelector("form[data-tantangan]");
  if (!form || !window.PublicKeyCredential) return;
  class Refused extends Error {}
  const fields = form.elements, mark = form.dataset, news = form.querySelector("[data-kabar]");
  const raw = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (one) => one.charCodeAt(0));
  const hex = (part) => [...new Uint8Array(part)].map((one) => one.toString(16).padStart(2, "0")).join("");
  const listed = (ids) => ids.split(" ").filter(Boolean).map((id) => ({ type: "public-key", id: raw(id) }));
  let challenge = raw(mark.tantangan);
  form.querySelectorAll("[data-perlu-skrip]").forEach((one) => { one.hidden = false; });

  const make = async () => {
    const made = await navigator.credentials.create({ publicKey: {
      rp: { id: location.hostname, name: "Akses Ruang Server" },
      user: { id: new TextEncoder().encode(mark.daftar), name: mark.nama, displayName: mark.nama },
      challenge, excludeCredentials: listed(mark.kunci), attestation: "none",
      pubKeyCredParams: mark.algoritma.split(" ").map((alg) => ({ type: "public-key", alg: Number(alg) })),
      authenticatorSelection: { userVerification: "required", residentKey: "discouraged" },
    } });
    fields.publik.value = hex(made.response.getPublicKey());
    return made.id;
  };
  const sign = async (ids) => {
    const given = await navigator.credentials.get({ publicKey: {
      rpId: location.hostname, challenge, allowCredentials: listed(ids), userVerification: "required",
    } });
    fields.kredensial.value = given.id;
    fields.data_klien.value = new TextDecoder().decode(given.response.clientDataJSON);
    fields.data_autentikator.value = hex(given.response.authenticatorData);
    fields.tanda_tangan.value = hex(given.response.signature);
  };
  const refresh = async () => {
    const answer = await fetch(mark.segar, { method: "POST", credentials: "same-origin", body: new URLSearchParams(new FormData(form)) });
    const fresh = await answer.json();
    if (!answer.ok) throw new Refused(fresh.error);
    challenge = raw(fresh.tantangan);
    fields.pada.value = fresh.pada;
    fields.nonce.value = fresh.nonce;
  };
  form.addEventListener("submit", async (event) => {
    if (event.submitter && "tanpaKunci" in event.submitter.dataset) return;
    if (fields.tanda_tangan.value || (fields.frasa && fields.frasa.value)) return;
    event.preventDefault();
    news.hidden = true;
    try {
      if (mark.segar) await refresh();
      await sign(mark.daftar ? await make() : mark.kunci);
      form.requestSubmit(event.submitter);
    } catch (error) {
      news.textContent = error instanceof Refused ? error.message : error.name === "InvalidStateError"
        ? "Perangkat ini sudah terdaftar."
        : "Kunci akses tidak digunakan, sehingga tidak ada yang dikirim. Silakan coba lagi.";
      news.hidden = false;
    }
  });
})();
