import ControlPlane

/// For how long something can be made.
struct Lifetime: Sendable {
  private static let day: Int64 = 24 * 60 * 60 * 1000
  private static let words: [(word: String, label: String, days: Int64?)] = [
    ("7d", "in 7 days", 7), ("30d", "in 30 days", 30), ("90d", "in 90 days", 90),
    ("365d", "in a year", 365), ("never", "never", nil),
  ]

  private let usual: String

  /// Of grants.
  static let grants = Lifetime(usual: "30d")
  /// Of tokens.
  static let tokens = Lifetime(usual: "90d")

  /// What there is to choose from.
  var options: PageValue {
    .list(
      Self.words.map { word, label, _ in
        ["word": .text(word), "label": .text(label), "isUsual": .flag(word == usual)]
      })
  }

  /// When something ends that is made now; nil for never.
  ///
  /// - Throws: 400 for what could not be chosen.
  func expiry(_ word: String?, now: Int64) throws -> Int64? {
    guard let choice = Self.words.first(where: { $0.word == word }) else {
      throw ControlPlaneError(400, "No expiry", "Choose one of those that are offered.")
    }
    return choice.days.map { now + $0 * Self.day }
  }
}
