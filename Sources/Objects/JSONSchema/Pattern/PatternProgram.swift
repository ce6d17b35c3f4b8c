/// What a pattern says.
indirect enum PatternTree {
  case empty
  case one(CharacterClass)
  case textStart, textEnd
  case wordEdge(Bool)
  case sequence([PatternTree])
  case alternatives([PatternTree])
  /// At least `least` times, at most `most`; nil is any number.
  case repeated(PatternTree, least: Int, most: Int?)
}

/// Writes a pattern's states down. A state that is no jump goes on at the next one.
/// Reference: Thompson, "Regular Expression Search Algorithm", 1968.
struct PatternProgram {
  private var states: [TextPattern.State] = []

  mutating func finish() -> [TextPattern.State] {
    states.append(.accepted)
    return states
  }

  private mutating func append(_ state: TextPattern.State) throws(PatternError) {
    guard states.count < TextPattern.mostStates else { throw PatternError(.tooLarge, at: 0) }
    states.append(state)
  }

  mutating func add(_ tree: PatternTree) throws(PatternError) {
    switch tree {
    case .empty: break
    case .one(let characters): try append(.one(characters))
    case .textStart: try append(.textStart)
    case .textEnd: try append(.textEnd)
    case .wordEdge(let isWanted): try append(.wordEdge(isWanted))
    case .sequence(let parts): for part in parts { try add(part) }
    case .alternatives(let ways): try add(ways: ways)
    case .repeated(let part, let least, let most): try add(part, least, most)
    }
  }

  private mutating func add(ways: [PatternTree]) throws(PatternError) {
    var ends: [Int] = []
    for (index, way) in ways.enumerated() {
      guard index < ways.count - 1 else {
        try add(way)
        break
      }
      let split = states.count
      try append(.split(split + 1, 0))
      try add(way)
      ends.append(states.count)
      try append(.jump(0))
      states[split] = .split(split + 1, states.count)
    }
    for end in ends { states[end] = .jump(states.count) }
  }

  private mutating func add(_ part: PatternTree, _ least: Int, _ most: Int?) throws(PatternError) {
    for _ in 0..<least {
      let before = states.count
      try add(part)
      // What has no states has none however often it is written.
      if states.count == before { break }
    }
    guard let most else {
      let split = states.count
      try append(.split(split + 1, 0))
      try add(part)
      try append(.jump(split))
      states[split] = .split(split + 1, states.count)
      return
    }
    var splits: [Int] = []
    for _ in 0..<max(0, most - least) {
      splits.append(states.count)
      try append(.split(states.count + 1, 0))
      try add(part)
    }
    for split in splits { states[split] = .split(split + 1, states.count) }
  }
}
