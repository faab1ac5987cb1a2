"""The application that `streamlit run app.py` serves."""

from streamlit import App

from mesodash.ui import server

app = App("src/mesodash/ui/main.py", **server.options())
