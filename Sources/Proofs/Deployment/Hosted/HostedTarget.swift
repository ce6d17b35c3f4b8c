import Encodings

/// What a row's `target` says of a hosted deploy: the control plane's origin and the scope there.
///
/// Reference: formats.md, "Ledger line".
public struct HostedTarget: Sendable, Hashable, CustomStringConvertible {
  /// Scheme, host, and port where it is not the scheme's own.
  public var origin: String
  /// The provider's division of services.
  public var scope: String

  /// A target from its parts.
  public init(origin: String, scope: String) {
    self.origin = origin
    self.scope = scope
  }

  /// `https://cp.example team`; the scope is escaped as a segment of a path, so that it is one word.
  public var description: String { Self.prefix(origin) + PercentEncoding.encodeSegment(scope) }

  /// Whether a row's target is at a control plane.
  public static func isTarget(_ target: String?, of origin: String) -> Bool {
    target.map { $0.utf8.starts(with: prefix(origin).utf8) } ?? false
  }

  private static func prefix(_ origin: String) -> String { origin + " " }
}
