import ContentStore
import Digests

extension LedgerTrust {
  private var folder: String? { home.map { $0 + "/.zigttp" } }

  private func path(for origin: String) -> String? {
    folder.map { "\($0)/keys/\(Digest.sha256(of: origin).hex)" }
  }

  /// The user's own key for an origin; nil where there is none, and where the named file is the key
  /// of another origin.
  ///
  /// - Throws: `noNamedKey`, `malformedFile`, `exposedKey`.
  public func signingKey(for origin: String) throws(LedgerError) -> SigningKey? {
    if let namedKey {
      let key = try namedKey.key()
      return key.verifier.name == origin ? key : nil
    }
    guard let path = path(for: origin), let key = try read(path) else { return nil }
    guard key.verifier.name == origin else {
      throw .keyOfAnotherOrigin(path: path, expected: origin, found: key.verifier.name)
    }
    return key
  }

  /// The user's own key for an origin, made where there is none. One is made below home and nowhere
  /// else: a file that was named holds a key that somebody gave out.
  ///
  /// - Returns: the key, and where it was made; nil for one that was there.
  /// - Throws: `noPlaceForKey`, `keyOfAnotherOrigin`, and what ``signingKey(for:)`` throws.
  public func ensureSigningKey(
    for origin: String
  ) throws(LedgerError) -> (key: SigningKey, madeAt: String?) {
    if let key = try existingKey(for: origin) { return (key, nil) }
    guard let path = path(for: origin) else { throw .noPlaceForKey }
    guard let new = SigningKey(name: origin) else { throw .badOrigin(origin) }
    let isMade = try files.create(path, with: new.fileBytes)
    // Somebody may have made one at the same moment: the one that stands there counts.
    guard let key = try read(path) else {
      throw .store(StoreError(.missing, path: path))
    }
    guard key.verifier.name == origin else {
      throw .keyOfAnotherOrigin(path: path, expected: origin, found: key.verifier.name)
    }
    return (key, isMade ? path : nil)
  }

  /// The key that a writer would sign with; nil where it would be made.
  ///
  /// - Throws: what ``ensureSigningKey(for:)`` throws, unless it is making one that fails.
  func existingKey(for origin: String) throws(LedgerError) -> SigningKey? {
    if let key = try signingKey(for: origin) { return key }
    if let namedKey {
      throw .keyOfAnotherOrigin(
        path: namedKey.path, expected: origin, found: try namedKey.key().verifier.name)
    }
    if home == nil { throw .noPlaceForKey }
    return nil
  }

  /// Takes a key's file content as the user's own for the origin it names.
  ///
  /// - Returns: the key, and the file that it stands in.
  /// - Throws: `keyExists` where there is another one; `malformed`.
  public func importKey(
    _ bytes: [UInt8]
  ) throws(LedgerError) -> (key: VerifierKey, path: String) {
    let new = try SigningKey(bytes)
    let origin = new.verifier.name
    guard Origin.isValid(Array(origin.utf8)) else { throw .badOrigin(origin) }
    guard let path = path(for: origin) else { throw .noPlaceForKey }
    _ = try files.create(path, with: new.fileBytes)
    guard let there = try read(path), there.verifier == new.verifier else {
      throw .keyExists(path: path)
    }
    return (there.verifier, path)
  }

  private func read(_ path: String) throws(LedgerError) -> SigningKey? {
    guard let file = try files.read(path, limit: SigningKey.maxLength) else { return nil }
    if file.mode & 0o077 != 0 {
      throw .exposedKey(path: path, permissions: file.mode & 0o777)
    }
    do throws(LedgerError) { return try SigningKey(file.bytes) } catch {
      throw .malformedFile(path: path, reason: "\(error)")
    }
  }

  // MARK: Trusted keys

  private var trustedPath: String? { folder.map { $0 + "/trusted-keys" } }

  /// The keys in `trusted-keys`, of whatever origin, in their order. Blank lines and lines that start
  /// with `#` are passed over.
  ///
  /// - Throws: `malformedFile`, naming the line.
  public func trustedKeys() throws(LedgerError) -> [VerifierKey] {
    var keys: [VerifierKey] = []
    for line in try trustedLines() {
      if let key = try line.key, !keys.contains(key) { keys.append(key) }
    }
    return keys
  }

  /// Adds a key to `trusted-keys`.
  ///
  /// - Returns: whether it was not there yet.
  @discardableResult
  public func trust(_ key: VerifierKey) throws(LedgerError) -> Bool {
    guard let trustedPath else { throw .noPlaceForKey }
    if try trustedKeys().contains(key) { return false }
    let lines = try trustedLines().map(\.bytes) + [Array(key.text.utf8)]
    try files.replace(trustedPath, with: lines.flatMap { $0 + [0x0a] })
    return true
  }

  /// Takes a key out of `trusted-keys`.
  ///
  /// - Returns: whether it was there.
  @discardableResult
  public func distrust(_ key: VerifierKey) throws(LedgerError) -> Bool {
    guard let trustedPath else { throw .noPlaceForKey }
    var kept: [[UInt8]] = []
    var isFound = false
    for line in try trustedLines() {
      if try line.key == key { isFound = true } else { kept.append(line.bytes) }
    }
    if isFound { try files.replace(trustedPath, with: kept.flatMap { $0 + [0x0a] }) }
    return isFound
  }

  private struct TrustedLine {
    var path: String
    var number: Int
    var bytes: [UInt8]

    var key: VerifierKey? {
      get throws(LedgerError) {
        if bytes.allSatisfy({ $0 == 0x20 || $0 == 0x09 }) || bytes.first == UInt8(ascii: "#") {
          return nil
        }
        do throws(LedgerError) { return try VerifierKey(bytes) } catch {
          throw .malformedFile(path: "\(path):\(number)", reason: "\(error)")
        }
      }
    }
  }

  private func trustedLines() throws(LedgerError) -> [TrustedLine] {
    guard let trustedPath, let file = try files.read(trustedPath, limit: 1 << 20) else { return [] }
    var parts = file.bytes.split(separator: 0x0a, omittingEmptySubsequences: false)
    if parts.last?.isEmpty == true { parts.removeLast() }
    return parts.enumerated().map {
      TrustedLine(path: trustedPath, number: $0 + 1, bytes: Array($1))
    }
  }
}
