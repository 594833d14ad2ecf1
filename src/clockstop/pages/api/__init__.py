"""The read API: what the pages show, for programs. site.py joins it up; docs/api.md tells how it is used."""
