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
}
