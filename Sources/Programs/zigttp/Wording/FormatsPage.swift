import Encodings

/// `zigttp help formats`: what is on disk, and what a row and a card say.
enum FormatsPage {
  static let text: SafeText = """
    In .zigttp, which is an OCI image layout that skopeo, crane and oras read without zigttp:

      oci-layout, index.json, blobs/sha256  objects: images, contracts, sources; never changed
      proofs.jsonl              the ledger: a line of JSON a row, only ever appended to
      checkpoint, origin        the ledger's tree head, signed (C2SP tlog-checkpoint), and its name
      keys.pub                  the signer's public key: a hint, trust is said with `key trust`
      leaves                    32 bytes a row, its leaf hash (RFC 6962): a hint, made again
      deploy/SERVICE            the program of the last local deploy
      ledgers/DIGEST            ledgers of others, as pulled
      graph.sqlite              the index: made again from the rest by `store reindex`
      quarantine                bytes that a repair has set aside; nobody deletes them
      append.next, pending, leases, tmp, lock, shallow
                                work that is not done, and what is deliberately elsewhere

    A row of the ledger is minified JSON of at most 1 MiB, its keys in this order:

      ts           milliseconds since 1970
      kind         deploy, swap (of `dev`) or check; perf and equivalence of others are read, too
      handlerPath  from the folder that holds .zigttp
      serviceName  the service
      facts        contractSha, proofLevel (complete, partial, none), envKeys, egressHosts,
                   cacheNamespaces, capabilities, routes, the twelve properties, declaredSpecs;
                   then dynamic (what is not all known), egressCredentials, sqlQueries, allowedLeaks
      sources      digest of the sources' tar, prover: its version
      target       local, or the control plane's address and scope
      record, image, binary
                   digests of the deploy record, of the image and of the program

    Unknown keys and kinds are passed over. contractSha is the SHA-256 of the contract as canonical
    JSON: keys in the order of their bytes, no spaces, integers alone. It holds no place in a source,
    so that moving a line does not change it.

    The card of `deploy` and `check`:

      Contract     contractSha, Image: digest of the image's manifest
      Proof        complete: every path answers and every name, host, namespace and statement is known
      Proven       the properties that hold (`zigttp help properties`)
      Surface      what the handler touches, counted
      Baseline     the row that it is compared with, Changes: what is there (+) and gone (-)
      Verdict      safe, safe_with_additions, or breaking: something is lost, unknown, or leaks
      Blockers     what stops a deploy

    An image has two layers, the runtime and /app; the program is the runtime with the same /app
    behind it: a tar, then 64 bytes with its place, length and SHA-256. /app/app.json names the
    SHA-256 of every other file, and its own is the app digest. Documents of --json have a JSON Schema
    each, in schema/json.

    """
}
