"""Single-finger readers behind a MOSIP Secure Biometric Interface service on this machine.

Sources cited in this package: the specification 0.9.5 (github.com/mosip/documentation,
`docs/secure-biometric-interface.md` and `docs/MOSIP-Device-Service-Specification.md`, sections 5.1
to 5.5), the public mock service (github.com/mosip/mosip-mock-services, `MockMDS`), and for the
picture's record github.com/mosip/bio-utils, `biometrics/util/finger` (ISO/IEC 19794-4:2011).

Not here: `CAPTURE` of authentication devices, whose pictures are encrypted for a server elsewhere.
"""

from drivers.fingerprint_reader.sbi.reader import SbiReader

__all__ = ["SbiReader"]
