"""Catalogs and command words of the seven languages."""
