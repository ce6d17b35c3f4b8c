import Encodings

/// `zigttp help refs`: what a row, an object, an image elsewhere can be named by.
enum RefsPage {
  static let text: SafeText = """
    Rows of the ledger (`proofs show`, `proofs diff`, `store why`, `store cp`, …):
      HEAD, HEAD~N             the newest row of kind deploy, swap or check; N before it
      SERVICE, SERVICE~N       the same of one service
      …@{DATE}                 the newest at or before a time (RFC 3339), or a day in UTC
      PREFIX                   4 or more hex digits of a contract sha, or of a record's or an image's
                               digest; sha256: before them is optional

    Objects of the store: sha256:<64 hex digits>, or a ref. For `store cat`, `why` and `closure` a ref
    means the deploy record of its row, for `store cp` its image.

    Images and artifacts anywhere (`store cp`, `store add`):
      docker://HOST[:PORT]/REPOSITORY[:TAG][@DIGEST]
                               in a registry; without tag and digest, latest; without a host, Docker
                               Hub. https, and http to this machine; --plain-http for http elsewhere
      oci:DIR[:TAG][@DIGEST]   in a folder that is an OCI image layout, .zigttp among them
      oci-archive:FILE[:TAG][@DIGEST]
                               in a tar of one, not compressed

      A digest decides where there is a tag beside it. As a target, TAG@DIGEST takes what has that
      digest, and nothing else, and gives it the tag.
      The path of a folder or a file ends at the first colon, as skopeo has it: one with a colon in
      it is reached by `-C` or through a link. A TAG there is whatever the entry in index.json is
      called, `docker.io/library/alpine:3` too. Without one it is the only entry there is.
      A file called oci:x is written ./oci:x where files are taken as well.

    Who asks a registry is found where docker, podman and skopeo leave it: REGISTRY_AUTH_FILE,
    config.json in DOCKER_CONFIG or ~/.docker (helpers included), containers/auth.json, then NETRC or
    ~/.netrc. It is told to that registry alone. SSL_CERT_FILE names the certificates to trust.
    HTTPS_PROXY and NO_PROXY are heeded for https; http goes to the registry itself.

    """
}
