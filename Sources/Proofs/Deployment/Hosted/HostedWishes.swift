import Encodings

/// What somebody wants of a hosted deploy beside what is to run.
public struct HostedWishes: Sendable {
  /// Where; nil for where it ran before.
  public var region: String?
  /// The environment's values.
  public var env: [ByteName: String]
  /// Names whose values stay.
  public var keepEnv: [String]
  /// Whether a service that is not what was recorded is taken over as it is.
  public var confirms: Bool
  /// Whether nothing is to be packed into the store, sent or changed.
  public var isRehearsal: Bool

  /// Where a service runs that nobody said anything of.
  public static let usualRegion = "us-central"

  /// Wishes from their parts.
  public init(
    region: String? = nil, env: [ByteName: String] = [:], keepEnv: [String] = [],
    confirms: Bool = false, isRehearsal: Bool = false
  ) {
    self.region = region
    self.env = env
    self.keepEnv = keepEnv
    self.confirms = confirms
    self.isRehearsal = isRehearsal
  }

  /// Every name that the service has then, sorted.
  var envNames: [String] {
    UTF8Order.sortedUnique(env.keys.map(\.text) + keepEnv)
  }
}
