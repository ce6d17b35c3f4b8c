/// How much of a blob a registry has, as `Range: 0-N` says it: N and one more.
///
/// Reference: OCI distribution-spec v1.1, "Pushing a blob in chunks". It cannot say that there is
/// nothing: `0-0` stands for no byte and for one.
enum UploadPosition {
  /// nil for a header that is none.
  static func read(_ header: String?) -> UInt64? {
    guard var text = header.map({ Substring($0) }) else { return nil }
    for unit in ["bytes=", "bytes "] where text.hasPrefix(unit) {
      text = text.dropFirst(unit.count)
    }
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 2, parts[0] == "0", parts[1].utf8.allSatisfy(\.isDigit),
      let last = UInt64(parts[1]), last < .max
    else { return nil }
    return last == 0 ? 0 : last + 1
  }
}
