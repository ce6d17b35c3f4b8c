import Encodings

/// Times as people and documents read them.
public enum Timestamp {
  /// `2026-11-23T17:04:05Z`, cut to the second; `<milliseconds> ms` for a year without four digits,
  /// which RFC 3339 cannot write.
  /// Reference: RFC 3339, section 5.6.
  public static func rfc3339(milliseconds: Int64) -> String {
    UTCTime(milliseconds: milliseconds).rfc3339 ?? "\(milliseconds) ms"
  }
}
