"""E-mail: messages through the mail server of the organization, by SMTP."""

from __future__ import annotations
