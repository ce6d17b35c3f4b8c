import ArtifactGraph
import ContentStore
import Digests
import OCIImage
import Transfers

/// What a store of ours has, as the source of a copy.
enum StoredImage {
  /// What a text means: a whole digest that object, whatever it is; a ref the image of its row.
  static func find(
    _ text: String, _ options: GlobalOptions, _ invocation: Invocation
  ) throws -> any ImageSource {
    let history = try History(of: options, in: invocation)
    let digest = try Digest(text) ?? Digest(sha256Hex: text) ?? image(of: text, history)
    let store = history.store
    // Of the ledger's records, index.json names the newest alone.
    let attached: [Digest] = try history.graph.referrers(to: digest)
      .filter { $0.role == .image || $0.role == .subject }.map(\.source)
    return LayoutPlace(
      LayoutReference(path: store.layout.root, digest: digest), shown: text,
      index: try store.index.read(), blobs: store.blobs
    ) { (asked) throws(TransferError) in asked == digest ? attached : [] }
  }

  private static func image(of text: String, _ history: History) throws -> Digest {
    let event = try history.graph.resolve(text)
    guard let image = event.image else {
      throw CommandFailure(
        .failure, "'\(text)' is line \(event.line) of the ledger, which names no image",
        next: "Name an object by its whole digest; `zigttp proofs list` shows the rows.")
    }
    return image
  }
}
