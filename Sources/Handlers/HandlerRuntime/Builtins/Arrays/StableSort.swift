/// What sorting asks of two values.
protocol ValueOrder {
  /// Whether `a` has to stand before `b`.
  func isBefore(_ a: Value, _ b: Value) throws(Fault) -> Bool
}

/// The stable merge sort of Tim Peters over values in place, which asks for the same pairs in the same
/// order as V8 does: an order that contradicts itself gives what it gives there, too.
///
/// Nobody else sees the values meanwhile, so they stay where they are whatever the order calls.
/// Reference: Python's Objects/listsort.txt.
struct StableSort<Order: ValueOrder> {
  typealias Values = UnsafeMutablePointer<Value>

  private let values: Values
  /// As many places as there are values, for the shorter run of a merge.
  private let spare: Values
  private let order: Order
  private var runs: [(base: Int, count: Int)] = []
  private var patience = Self.leastWins
  private static var leastWins: Int { 7 }

  /// Sorts `count` values.
  static func sort(
    _ values: Values, count: Int, spare: Values, by order: Order
  ) throws(Fault) {
    guard count > 1 else { return }
    var sort = StableSort(values: values, spare: spare, order: order)
    try sort.run(count)
  }

  private init(values: Values, spare: Values, order: Order) {
    self.values = values
    self.spare = spare
    self.order = order
  }

  @inline(__always) private func isBefore(_ a: Value, _ b: Value) throws(Fault) -> Bool {
    try order.isBefore(a, b)
  }

  // MARK: Runs

  private mutating func run(_ count: Int) throws(Fault) {
    let least = Self.leastRun(count)
    var low = 0
    while low < count {
      var length = try takeRun(from: low, to: count)
      if length < least {
        let wanted = min(least, count - low)
        try insert(from: low + length, to: low + wanted, into: low)
        length = wanted
      }
      runs.append((low, length))
      try mergeUnbalanced()
      low += length
    }
    try mergeAll()
  }

  // Between 32 and 64, so that the count of runs is a power of two or a little less.
  private static func leastRun(_ count: Int) -> Int {
    var (left, odd) = (count, 0)
    while left >= 64 {
      odd |= left & 1
      left >>= 1
    }
    return left + odd
  }

  // How many stand in order from `low` on; those that fall are turned round.
  private func takeRun(from low: Int, to high: Int) throws(Fault) -> Int {
    guard low + 1 < high else { return 1 }
    let falls = try isBefore(values[low + 1], values[low])
    var end = low + 2
    while end < high, try isBefore(values[end], values[end - 1]) == falls { end += 1 }
    if falls {
      var (first, last) = (low, end - 1)
      while first < last {
        (values[first], values[last]) = (values[last], values[first])
        first += 1
        last -= 1
      }
    }
    return end - low
  }

  private func insert(from start: Int, to end: Int, into low: Int) throws(Fault) {
    for place in start..<end {
      let value = values[place]
      var (left, right) = (low, place)
      while left < right {
        let middle = left + (right - left) >> 1
        if try isBefore(value, values[middle]) { right = middle } else { left = middle + 1 }
      }
      move(values + left, to: values + left + 1, place - left)
      values[left] = value
    }
  }

  // MARK: The stack of runs

  private mutating func mergeUnbalanced() throws(Fault) {
    while runs.count > 1 {
      var place = runs.count - 2
      if !isBalanced(place + 1) || !isBalanced(place) {
        if runs[place - 1].count < runs[place + 1].count { place -= 1 }
        try mergeRuns(at: place)
      } else if runs[place].count <= runs[place + 1].count {
        try mergeRuns(at: place)
      } else {
        return
      }
    }
  }

  private func isBalanced(_ place: Int) -> Bool {
    place < 2 || runs[place - 2].count > runs[place - 1].count + runs[place].count
  }

  private mutating func mergeAll() throws(Fault) {
    while runs.count > 1 {
      var place = runs.count - 2
      if place > 0, runs[place - 1].count < runs[place + 1].count { place -= 1 }
      try mergeRuns(at: place)
    }
  }

  private mutating func mergeRuns(at place: Int) throws(Fault) {
    var (a, b) = (runs[place], runs[place + 1])
    runs[place].count += b.count
    runs.remove(at: place + 1)
    // What stands before the other run's first, and behind the other's last, is in its place.
    let skipped = try lastPlace(of: values[b.base], in: values + a.base, a.count, near: 0)
    a = (a.base + skipped, a.count - skipped)
    guard a.count > 0 else { return }
    b.count = try firstPlace(
      of: values[a.base + a.count - 1], in: values + b.base, b.count, near: b.count - 1)
    guard b.count > 0 else { return }
    if a.count <= b.count { try mergeUp(a, b) } else { try mergeDown(a, b) }
  }

  // MARK: Searching

  /// Where a value would stand in front of its equals.
  private func firstPlace(
    of key: Value, in run: Values, _ count: Int, near hint: Int
  ) throws(Fault) -> Int {
    let goesUp = try isBefore(run[hint], key)
    return try place(count, near: hint, goesUp: goesUp) { (place) throws(Fault) in
      try isBefore(run[place], key)
    }
  }

  /// Where a value would stand behind its equals.
  private func lastPlace(
    of key: Value, in run: Values, _ count: Int, near hint: Int
  ) throws(Fault) -> Int {
    let goesDown = try isBefore(key, run[hint])
    return try place(count, near: hint, goesUp: !goesDown) { (place) throws(Fault) in
      try !isBefore(key, run[place])
    }
  }

  /// The first place that is not below: by steps that double away from `hint`, then by halves.
  private func place(
    _ count: Int, near hint: Int, goesUp: Bool, isBelow: (Int) throws(Fault) -> Bool
  ) throws(Fault) -> Int {
    var (last, step) = (0, 1)
    let most = goesUp ? count - hint : hint + 1
    while step < most, try isBelow(goesUp ? hint + step : hint - step) == goesUp {
      last = step
      step = step << 1 + 1
    }
    step = min(step, most)
    var (low, high) = goesUp ? (hint + last + 1, hint + step) : (hint - step + 1, hint - last)
    while low < high {
      let middle = low + (high - low) >> 1
      if try isBelow(middle) { low = middle + 1 } else { high = middle }
    }
    return high
  }

  // MARK: Merging

  private typealias Run = (base: Int, count: Int)

  /// From the lowest on, with the first run set aside.
  private mutating func mergeUp(_ a: Run, _ b: Run) throws(Fault) {
    move(values + a.base, to: spare, a.count)
    var (left, right, to) = (0, b.base, a.base)
    var (lefts, rights) = (a.count, b.count)
    func finish() {
      if lefts == 1, rights > 0 {
        move(values + right, to: values + to, rights)
        values[to + rights] = spare[left]
      } else {
        move(spare + left, to: values + to, lefts)
      }
    }
    func takeRight() {
      values[to] = values[right]
      (to, right, rights) = (to + 1, right + 1, rights - 1)
    }
    func takeLeft() {
      values[to] = spare[left]
      (to, left, lefts) = (to + 1, left + 1, lefts - 1)
    }
    takeRight()
    while rights > 0, lefts > 1 {
      var (leftWins, rightWins) = (0, 0)
      while leftWins < patience, rightWins < patience {
        if try isBefore(values[right], spare[left]) {
          takeRight()
          (leftWins, rightWins) = (0, rightWins + 1)
          if rights == 0 { return finish() }
        } else {
          takeLeft()
          (leftWins, rightWins) = (leftWins + 1, 0)
          if lefts == 1 { return finish() }
        }
      }
      patience += 1
      repeat {
        patience = max(1, patience - 1)
        leftWins = try lastPlace(of: values[right], in: spare + left, lefts, near: 0)
        move(spare + left, to: values + to, leftWins)
        (to, left, lefts) = (to + leftWins, left + leftWins, lefts - leftWins)
        if lefts <= 1 { return finish() }
        takeRight()
        if rights == 0 { return finish() }
        rightWins = try firstPlace(of: spare[left], in: values + right, rights, near: 0)
        move(values + right, to: values + to, rightWins)
        (to, right, rights) = (to + rightWins, right + rightWins, rights - rightWins)
        if rights == 0 { return finish() }
        takeLeft()
        if lefts == 1 { return finish() }
      } while leftWins >= Self.leastWins || rightWins >= Self.leastWins
      patience += 1
    }
    finish()
  }

  /// From the highest down, with the second run set aside.
  private mutating func mergeDown(_ a: Run, _ b: Run) throws(Fault) {
    move(values + b.base, to: spare, b.count)
    // One behind what is next.
    var (left, right, to) = (a.base + a.count, b.count, b.base + b.count)
    var (lefts, rights) = (a.count, b.count)
    func finish() {
      if rights == 1, lefts > 0 {
        move(values + left - lefts, to: values + to - lefts, lefts)
        values[to - lefts - 1] = spare[0]
      } else {
        move(spare, to: values + to - rights, rights)
      }
    }
    func takeLeft() {
      values[to - 1] = values[left - 1]
      (to, left, lefts) = (to - 1, left - 1, lefts - 1)
    }
    func takeRight() {
      values[to - 1] = spare[right - 1]
      (to, right, rights) = (to - 1, right - 1, rights - 1)
    }
    takeLeft()
    while lefts > 0, rights > 1 {
      var (leftWins, rightWins) = (0, 0)
      while leftWins < patience, rightWins < patience {
        if try isBefore(spare[right - 1], values[left - 1]) {
          takeLeft()
          (leftWins, rightWins) = (leftWins + 1, 0)
          if lefts == 0 { return finish() }
        } else {
          takeRight()
          (leftWins, rightWins) = (0, rightWins + 1)
          if rights == 1 { return finish() }
        }
      }
      patience += 1
      repeat {
        patience = max(1, patience - 1)
        leftWins =
          try lefts
          - lastPlace(of: spare[right - 1], in: values + a.base, lefts, near: lefts - 1)
        (to, left, lefts) = (to - leftWins, left - leftWins, lefts - leftWins)
        move(values + left, to: values + to, leftWins)
        if lefts == 0 { return finish() }
        takeRight()
        if rights == 1 { return finish() }
        rightWins =
          try rights - firstPlace(of: values[left - 1], in: spare, rights, near: rights - 1)
        (to, right, rights) = (to - rightWins, right - rightWins, rights - rightWins)
        move(spare + right, to: values + to, rightWins)
        if rights <= 1 { return finish() }
        takeLeft()
        if lefts == 0 { return finish() }
      } while leftWins >= Self.leastWins || rightWins >= Self.leastWins
      patience += 1
    }
    finish()
  }

  private func move(_ source: Values, to target: Values, _ count: Int) {
    target.update(from: source, count: count)
  }
}
