/// A certificate for `localhost` that signs itself, valid from 2020 to 2120, and its key. For tests
/// alone.
enum TestCertificate {
  static let certificate = """
    -----BEGIN CERTIFICATE-----
    MIIBYTCCAQegAwIBAgIBATAKBggqhkjOPQQDAjAUMRIwEAYDVQQDDAlsb2NhbGhv
    c3QwIBcNMjAwMTAxMDAwMDAwWhgPMjEyMDAxMDEwMDAwMDBaMBQxEjAQBgNVBAMM
    CWxvY2FsaG9zdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABGsLVH4mBQPeeR89
    YdfslaZ+PoJFokeNh5ptVziV6qhvQaM8D2ftaLGFCoC/DlEaaN0W9sOaCvsVYAPk
    Qo0fQ5ajSDBGMBQGA1UdEQQNMAuCCWxvY2FsaG9zdDAPBgNVHRMBAf8EBTADAQH/
    MB0GA1UdDgQWBBRmSZnxdgAEH9wBglPjDSjyhE9JGDAKBggqhkjOPQQDAgNIADBF
    AiBCj6WF8sBD40QSogHxc+zO/VRxDAoQfVnItHOByv7FIwIhAMv5QKou801b7bd4
    sHLS4D9kXoD4aQDKRMvT19d8eEq7
    -----END CERTIFICATE-----

    """

  static let key = """
    -----BEGIN PRIVATE KEY-----
    MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgyEUkr0ahP+82oqKJ
    X20LSz84iv4hP4XN2d1azlpl6NWhRANCAARrC1R+JgUD3nkfPWHX7JWmfj6CRaJH
    jYeabVc4leqob0GjPA9n7WixhQqAvw5RGmjdFvbDmgr7FWAD5EKNH0OW
    -----END PRIVATE KEY-----

    """

  /// Another one, of the same name.
  static let other = """
    -----BEGIN CERTIFICATE-----
    MIIBQDCB6KADAgECAgECMAoGCCqGSM49BAMCMBQxEjAQBgNVBAMMCWxvY2FsaG9z
    dDAgFw0yMDAxMDEwMDAwMDBaGA8yMTIwMDEwMTAwMDAwMFowFDESMBAGA1UEAwwJ
    bG9jYWxob3N0MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE6iOJ0pFmxhGwOW2+
    IsmSoQpaKW2Utj0m9XA5r6+39g3+ZjJ1YOCmiHjPkQCc7i4Hz+PbdYduUD2RA7L0
    3qCHwqMpMCcwFAYDVR0RBA0wC4IJbG9jYWxob3N0MA8GA1UdEwEB/wQFMAMBAf8w
    CgYIKoZIzj0EAwIDRwAwRAIgc6txuUMOvqmbG5SWgb+JET61wKlRnmnO6XO/2Hxm
    YBgCIFTpk0c/IW9gEr4SscDpHMqBvE6GEeHRLhwZc4dwbGcZ
    -----END CERTIFICATE-----

    """

  /// The key of ``other`` and of ``expired``.
  static let otherKey = """
    -----BEGIN PRIVATE KEY-----
    MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgfM5/qZWJO713Ae4Z
    wYU2OLRxVLyBkcbQtS3QSQc7ZD6hRANCAATqI4nSkWbGEbA5bb4iyZKhClopbZS2
    PSb1cDmvr7f2Df5mMnVg4KaIeM+RAJzuLgfP49t1h25QPZEDsvTeoIfC
    -----END PRIVATE KEY-----

    """

  /// A certificate that held no longer than January 2020.
  static let expired = """
    -----BEGIN CERTIFICATE-----
    MIIBLjCB1aADAgECAgEDMAoGCCqGSM49BAMCMBQxEjAQBgNVBAMMCWxvY2FsaG9z
    dDAeFw0yMDAxMDEwMDAwMDBaFw0yMDAyMDEwMDAwMDBaMBQxEjAQBgNVBAMMCWxv
    Y2FsaG9zdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABOojidKRZsYRsDltviLJ
    kqEKWiltlLY9JvVwOa+vt/YN/mYydWDgpoh4z5EAnO4uB8/j23WHblA9kQOy9N6g
    h8KjGDAWMBQGA1UdEQQNMAuCCWxvY2FsaG9zdDAKBggqhkjOPQQDAgNIADBFAiEA
    1zsn7g3th2t0wCytkvizRgWPK5SqW1vxDl+RvHp/RGMCID196S+1v1rwKN4sPuAM
    C2o+dlI7iCnrQeAcXW3snayH
    -----END CERTIFICATE-----

    """

  /// ``otherKey`` under a password.
  static let lockedKey = """
    -----BEGIN ENCRYPTED PRIVATE KEY-----
    MIH0MF8GCSqGSIb3DQEFDTBSMDEGCSqGSIb3DQEFDDAkBBCcnV5HYJP4AzL1C4Za
    7c+cAgIIADAMBggqhkiG9w0CCQUAMB0GCWCGSAFlAwQBKgQQvxMiBWwxxhdRmu8C
    9TcIIgSBkIBlQ3q4EjkTuvU00+IrVSuc/AaU2YJ+SA9ga5dKk1R98837ux+hFNcU
    GGtE+uz12zs1A7JJuUZuMJbOjHQ4a7w5vYBlcU3v/6fXzql7Tubdr3sAokIXu3uW
    12N+JGelUCJYSSbQWG2R+m0lKTY9Ha4iV+g2LWlXT1eNTc6Ibe+aAGB/l7HLOYi4
    5bNJQM1Tjg==
    -----END ENCRYPTED PRIVATE KEY-----

    """
}
