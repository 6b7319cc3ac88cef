//! HTTP around the engine: routes, CORS, tokens, clock, inbox, journal and control API.
