/// Why a text is no pattern that is taken.
public struct PatternError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What was found.
  public enum Reason: Sendable, Hashable {
    case backReference
    case lookAround
    case namedGroup
    case unicodeProperty
    case unknownEscape
    case nothingToRepeat
    case unbalanced
    case malformedClass
    case malformedQuantifier
    case tooLarge
    case tooDeep
  }
  /// What was found.
  public var reason: Reason
  /// The character's place in the pattern, from 0.
  public var offset: Int

  init(_ reason: Reason, at offset: Int) { (self.reason, self.offset) = (reason, offset) }

  /// One line, with the place.
  public var description: String {
    reason == .tooLarge ? what : "\(what) (character \(offset + 1))"
  }

  private var what: String {
    switch reason {
    case .backReference: "back references cannot be matched in linear time"
    case .lookAround: "looking ahead or behind cannot be asked for"
    case .namedGroup: "groups have no names: write `(?:…)`"
    case .unicodeProperty: "`\\p{…}` is not known: write a class of characters"
    case .unknownEscape: "the escape means nothing"
    case .nothingToRepeat: "there is nothing to repeat"
    case .unbalanced: "a bracket has no other half"
    case .malformedClass: "the class of characters is malformed"
    case .malformedQuantifier: "the count is malformed"
    case .tooLarge: "it has more than \(TextPattern.mostStates) states"
    case .tooDeep: "more than \(TextPattern.deepest) groups stand inside one another"
    }
  }
}
