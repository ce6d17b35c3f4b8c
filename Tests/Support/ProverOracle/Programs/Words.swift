import TestSupport

/// Words that nothing else writes: each kind has letters of its own, so that a piece of one that
/// turns up somewhere tells where it came from.
struct Words: Sendable {
  /// Of secret settings.
  var secret: String
  /// Of what shows who sends a request.
  var credential: String
  /// Of everything else in a request.
  var request: String
  /// Of the claims of a token.
  var claims: String
  /// Of what another service answers.
  var external: String

  init(_ random: inout SeededGenerator) {
    secret = Self.word("qxz", &random)
    credential = Self.word("jkv", &random)
    request = Self.word("wyb", &random)
    claims = Self.word("mpf", &random)
    external = Self.word("uhg", &random)
  }

  /// Whether each word that is put in place of another has another length: how long a value is must
  /// be seen, too.
  func hasOtherLengths(than other: Words) -> Bool {
    secret.count != other.secret.count && credential.count != other.credential.count
      && request.count != other.request.count
  }

  private static func word(_ letters: String, _ random: inout SeededGenerator) -> String {
    let all = Array(letters)
    let length = Int.random(in: 12...20, using: &random)
    return String((0..<length).map { _ in all[Int.random(in: all.indices, using: &random)] })
  }

  /// Whether a piece of a word stands in a text, forwards or backwards, whatever stands between its
  /// letters.
  static func stands(_ word: String, in text: Letters) -> Bool {
    text.holdsPiece(of: Array(word.utf8)) || text.holdsPiece(of: word.utf8.reversed())
  }

  /// The letters of a text in lower case, and nothing else of it.
  struct Letters {
    private var bytes: [UInt8] = []
    // Of three letters, a piece as long as this does not come about by chance.
    private static let piece = 7

    init(_ texts: [String]) {
      for text in texts {
        for byte in text.utf8 {
          switch byte {
          case UInt8(ascii: "a")...UInt8(ascii: "z"): bytes.append(byte)
          case UInt8(ascii: "A")...UInt8(ascii: "Z"): bytes.append(byte + 32)
          default: break
          }
        }
        // What stands in one place does not go on in the next.
        bytes.append(0)
      }
    }

    /// Whether some letters stand in it as a whole.
    func holds(_ letters: String) -> Bool { holds(Array(letters.utf8)[...]) }

    fileprivate func holdsPiece(of word: [UInt8]) -> Bool {
      guard word.count >= Self.piece else { return false }
      return (0...word.count - Self.piece).contains { start in
        holds(word[start..<start + Self.piece])
      }
    }

    private func holds(_ piece: ArraySlice<UInt8>) -> Bool {
      guard let first = piece.first, bytes.count >= piece.count else { return false }
      var place = 0
      while place + piece.count <= bytes.count {
        if bytes[place] == first, bytes[place..<place + piece.count].elementsEqual(piece) {
          return true
        }
        place += 1
      }
      return false
    }
  }
}
