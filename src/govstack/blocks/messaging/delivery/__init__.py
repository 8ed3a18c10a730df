"""Turns accepted messages into mails, by whichever channel this instance has."""
