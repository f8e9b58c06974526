//! Views of results: terminal, JSON, CSV, Markdown, HTML, charts. Computes nothing.
