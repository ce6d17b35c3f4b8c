/// A regular expression as JSON Schema uses it: whether it matches anywhere in a text.
///
/// The subset of ECMA-262 (with the flag `u`) that an automaton can match in one pass: characters,
/// classes, groups, alternatives, quantifiers, `^ $ \b \B`. Back references and looking around are
/// refused. Matching takes at most as many steps as the text has code points times the pattern has
/// states, whatever the text.
/// Reference: ECMA-262, 22.2; JSON Schema 2020-12, 6.4 "Regular Expressions".
public struct TextPattern: Sendable {
  /// As many states as a pattern may have once its counts are written out.
  public static let mostStates = 4096
  /// As many groups inside one another.
  public static let deepest = 64

  /// One state of the automaton.
  enum State: Sendable {
    case one(CharacterClass)
    /// Goes on at both.
    case split(Int, Int)
    case jump(Int)
    case textStart, textEnd
    case wordEdge(Bool)
    case accepted
  }

  let states: [State]

  /// Reads a pattern.
  public init(_ text: String) throws(PatternError) {
    var parser = PatternParser(text)
    let tree = try parser.read()
    var program = PatternProgram()
    try program.add(tree)
    states = program.finish()
  }

  /// Whether it matches anywhere in the text.
  ///
  /// - Parameters:
  ///   - text: code points; half of a surrogate pair counts as one.
  ///   - spend: is told of the steps that were made, and may end the matching by throwing.
  public func matches<Failure: Error>(
    _ text: [UInt32], spend: (Int) throws(Failure) -> Void
  ) throws(Failure) -> Bool {
    var run = Run(states: states, text: text)
    for place in 0...text.count {
      try spend(1 + run.takeSteps())
      run.start(at: place)
      if run.isAccepted { return true }
      if place < text.count { run.step(over: text[place], to: place + 1) }
      if run.isAccepted { return true }
    }
    return false
  }

  /// The states that the automaton is in.
  private struct Run {
    let states: [State]
    let text: [UInt32]
    /// States that wait for a character.
    var waiting: [Int] = []
    var isAccepted = false
    private var steps = 0
    /// By state: the place at which it was last entered, so that none is entered twice.
    private var entered: [Int]
    private var toEnter: [Int] = []

    init(states: [State], text: [UInt32]) {
      self.states = states
      self.text = text
      entered = Array(repeating: -1, count: states.count)
    }

    /// The steps since it was asked last.
    mutating func takeSteps() -> Int {
      defer { steps = 0 }
      return steps
    }

    /// A match may begin here.
    mutating func start(at place: Int) { enter(0, at: place) }

    mutating func step(over scalar: UInt32, to place: Int) {
      let before = waiting
      steps += before.count
      waiting.removeAll(keepingCapacity: true)
      for state in before {
        if case .one(let characters) = states[state], characters.contains(scalar) {
          enter(state + 1, at: place)
        }
      }
    }

    private mutating func enter(_ first: Int, at place: Int) {
      toEnter.append(first)
      while let state = toEnter.popLast() {
        if entered[state] == place { continue }
        entered[state] = place
        steps += 1
        switch states[state] {
        case .one: waiting.append(state)
        case .split(let a, let b):
          toEnter.append(a)
          toEnter.append(b)
        case .jump(let target): toEnter.append(target)
        case .textStart: if place == 0 { toEnter.append(state + 1) }
        case .textEnd: if place == text.count { toEnter.append(state + 1) }
        case .wordEdge(let isWanted):
          if isEdge(place) == isWanted { toEnter.append(state + 1) }
        case .accepted: isAccepted = true
        }
      }
    }

    private func isEdge(_ place: Int) -> Bool {
      let words = CharacterClass.wordCharacters
      let before = place > 0 && words.contains(text[place - 1])
      let after = place < text.count && words.contains(text[place])
      return before != after
    }
  }
}
