"""WhatsApp: messages through the Cloud API of Meta."""

from __future__ import annotations
