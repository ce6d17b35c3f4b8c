import Synchronization

/// A signing key's file that was named, to be used instead of one below home.
///
/// It is read once, when the key is first asked for: what is named may be a pipe, which gives its
/// bytes to one reader.
final class NamedKey: Sendable {
  let path: String
  private let files: PrivateFiles
  private let known = Mutex<Result<SigningKey, LedgerError>?>(nil)

  init(_ path: String, files: PrivateFiles) {
    self.path = path
    self.files = files
  }

  /// The key.
  ///
  /// - Throws: `noNamedKey` where there is no such file; `malformedFile`.
  func key() throws(LedgerError) -> SigningKey {
    try known.withLock { known in
      let key = known ?? Result { () throws(LedgerError) in try read() }
      known = key
      return key
    }.get()
  }

  // Whoever may read it: it may be a secret that something else mounts, with the modes it has.
  private func read() throws(LedgerError) -> SigningKey {
    guard let bytes = try files.readAny(path, limit: SigningKey.maxLength) else {
      throw .noNamedKey(path: path)
    }
    do throws(LedgerError) { return try SigningKey(bytes) } catch {
      throw .malformedFile(path: path, reason: "\(error)")
    }
  }
}
