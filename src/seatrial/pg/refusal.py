"""Why there is no connection: what libpq says of it, as an error with what to do."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from seatrial.errors import CannotConnect

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["refusal"]

#: Not "SSL SYSCALL error" or "SSL connection has been closed": a server that goes away says so too.
_ENCRYPTION = re.compile(
    r"SSL error|SSL was required|GSSAPI encryption required|\bsslmode\b|\bssl_\w+_protocol_version\b|no encryption"
    r"|certificate|private key file|\bsslcert|\bsslkey|could not load private key"
)
#: What is said → what helps; the first that fits.
_FIXES = {
    r"root certificate file|sslrootcert": "say whom to trust: sslrootcert=FILE with the certificate of the authority "
    "that signed the server's, or sslrootcert=system for the public ones",
    r"does not match host name": "connect under a name that is in the certificate (host=NAME hostaddr=ADDRESS where "
    "that name leads elsewhere); somebody else may be answering",
    # The second where an authority of the same name has signed.
    r"certificate verify failed|signature failure": "give the certificate of the authority that signed the server's "
    "as sslrootcert, and see that it has not expired; somebody else may be answering",
    r"does not support SSL|SSL was required": "have the server speak SSL (ssl = on); sslmode=disable only where nobody "
    "else is on the way",
    r"no encryption": "the server asks for encryption: add sslmode=verify-full and sslrootcert, or sslmode=require",
    r"private key file": "let only its owner read the key: chmod 600 on the file of sslkey",
    r"client certificate|unknown ca|certificate required": "give sslcert and sslkey of a certificate that the server "
    "trusts",
}
_OTHERWISE = "check sslmode, sslrootcert, sslcert and sslkey, in the DSN, the service or the environment"


def refusal(parameters: Mapping[str, Any], message: str, where: str) -> CannotConnect:
    """The error for what libpq says, without the password.

    Args:
        parameters: of the connection.
        message: of the driver.
        where: the place, without secrets.
    """
    reason = " ".join(message.split())
    for key in ("password", "sslpassword"):
        if secret := parameters.get(key):
            reason = reason.replace(str(secret), "********")
    if re.search(r"service file|definition of service", reason):
        return CannotConnect(
            "target.service", "the connection service cannot be used", where=where, why=reason,
            fix="put a section [NAME] with host, port, dbname and user into ~/.pg_service.conf, or into the file that "
            "PGSERVICEFILE names",
        )  # fmt: skip
    if _ENCRYPTION.search(reason) and "password authentication failed" not in reason:
        fix = next((words for pattern, words in _FIXES.items() if re.search(pattern, reason)), _OTHERWISE)
        return CannotConnect(
            "target.ssl", "there is no encrypted connection to the target as it was asked for", where=where, why=reason,
            fix=fix,
        )  # fmt: skip
    refused = "authentication" in reason or "password" in reason
    return CannotConnect(
        "target.login-refused" if refused else "target.unreachable",
        "the target refused the login" if refused else "the target cannot be reached",
        where=where,
        why=reason,
        fix="check user and password (PGPASSWORD, PGPASSFILE, or the environment variable that the target names)"
        if refused
        else "check host, port and network, then run the command again",
    )
