# approval:command: open a browser
import webbrowser

webbrowser.open("https://example.com")
