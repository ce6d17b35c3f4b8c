import Digests

/// Finds every spelled digest in bytes of whatever format.
///
/// For files that have to keep objects from being collected even when nobody can read them: a
/// digest that stands there by chance costs an object that stays, no more.
enum DigestScan {
  private static let prefix = Array("sha256:".utf8)

  static func digests(in bytes: some Collection<UInt8>) -> Set<Digest> {
    let bytes = Array(bytes)
    var found: Set<Digest> = []
    let length = prefix.count + 64
    guard bytes.count >= length else { return found }
    for start in 0...(bytes.count - length)
    where bytes[start] == prefix[0] && bytes[start..<start + prefix.count].elementsEqual(prefix) {
      let text = String(decoding: bytes[start..<start + length], as: UTF8.self)
      if let digest = Digest(text) { found.insert(digest) }
    }
    return found
  }
}
