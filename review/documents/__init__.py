"""The office's papers: letters, handover minutes, lists, as people print and sign them.

``layout`` is a document as one value, ``building`` and ``showing`` make it from a case's forms, ``spelling``
writes numbers and days out in words, ``codes`` makes what is typed to verify one, ``copies`` puts number and
signatures beside the text, ``printing`` renders a copy as HTML for A4, F4 and telephones, ``pdf`` as PDF/A.
What is issued, numbered and kept is decided in ``workflow.documents``.

Decisions:

* 2026-11-21: what is hashed and signed is the text of a document, not its print: one value gives HTML and
  PDF alike, and a letter's number comes after the text that was signed.
* 2026-11-21: an answer given in the console is printed as recorded by the system. Only a signature of BSrE
  inside the file brings the legal footer of the electronic certificate.
* 2026-11-21: the QR holds nothing but the address of the page that verifies; no name leaves on it.
"""
