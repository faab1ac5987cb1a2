"""The dashboard: the only room that knows streamlit and plotly."""
