"""The console: pages for people, JSON for scripts, the desk API; all of it HTTP around ``review.workflow``.

Pages are rendered on the server and work without JavaScript; ``static/live.js`` only refreshes the doors and
events. Every page asks ``access`` and ``case`` what it may show; nothing here decides.
"""
