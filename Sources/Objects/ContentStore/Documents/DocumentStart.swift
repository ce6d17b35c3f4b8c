import Digests

/// How documents begin, by which most objects that are none can be told without reading them.
public enum DocumentStart {
  /// So many bytes are enough to tell.
  public static let length = 64

  private static let marks: [[UInt8]] = [[0xef, 0xbb, 0xbf], [0xff, 0xfe], [0xfe, 0xff]]

  /// Whether bytes begin as a document may: with a brace, or with a mark of Unicode, behind which
  /// there may be one.
  public static func isAt(_ bytes: some Collection<UInt8>) -> Bool {
    if marks.contains(where: { bytes.starts(with: $0) }) { return true }
    let first = bytes.prefix(length).first { ![0x20, 0x09, 0x0a, 0x0d].contains($0) }
    // Nothing but space so far: the rest has to tell.
    return first == nil ? bytes.count >= length : first == UInt8(ascii: "{")
  }
}

extension BlobSource {
  /// Whether an object begins as a document may, whatever its size; its bytes are not hashed.
  ///
  /// - Throws: `missing`, and what the source fails with.
  public func beginsLikeDocument(
    _ digest: Digest, mediaType: String?
  ) throws(StoreError) -> Bool {
    var start: [UInt8] = []
    let enough = StoreError(.tooLarge, digest: digest, found: "enough of it")
    do throws(StoreError) {
      try transfer(digest, mediaType: mediaType) { (piece) throws(StoreError) in
        start += piece.prefix(DocumentStart.length)
        if start.count >= DocumentStart.length { throw enough }
      }
    } catch {
      guard error == enough else { throw error }
    }
    return DocumentStart.isAt(start)
  }
}
