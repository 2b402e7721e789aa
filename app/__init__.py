"""The browser application (Streamlit): pages call `kb` and draw; no SQL and no model call here."""
