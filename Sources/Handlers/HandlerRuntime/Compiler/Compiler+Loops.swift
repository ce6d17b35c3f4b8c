import HandlerLanguage

/// `for…of`.
extension FunctionCompiler {
  /// A loop over numbers, an array or a string.
  func loop(
    _ position: SourcePosition, _ pattern: Pattern, _ iterable: Expression, _ body: Statement
  ) throws(Fault) -> Code {
    try scoped { () throws(Fault) -> Code in
      let site = site(position)
      if let range = try rangeBounds(iterable) {
        return rangeLoop(range.from, range.to, try turn(pattern, body), site)
      }
      return valueLoop(try code(iterable), try turn(pattern, body), site)
    }
  }

  /// One turn: a plain variable is set directly, everything else is taken apart first.
  private func turn(_ pattern: Pattern, _ body: Statement) throws(Fault) -> Turn {
    let names = pattern.names.map(\.binding)
    for name in names { declare(name) }
    if case .name(let name) = pattern,
      let register = try plainRegister(name.binding, initialises: true)
    {
      markInitialised(name.binding)
      return Turn(register: register, bind: nil, body: try nestedBody(body))
    }
    let cells = makeCells(names)
    let held = take()
    let bind = try binder(pattern)
    let prepare: Code = { (frame: Registers) throws(Fault) in
      if let cells { _ = try cells(frame) }
      try bind(frame, frame[held])
      return .normal
    }
    return Turn(register: held, bind: prepare, body: try nestedBody(body))
  }

  private func valueLoop(_ source: @escaping Code, _ turn: Turn, _ site: Site) -> Code {
    { (frame: Registers) throws(Fault) in
      let values = try source(frame)
      if values.isArray { return try Loop.array(values.array, turn, frame, site) }
      if values.isString { return try Loop.string(values.string, turn, frame, site) }
      throw site.fault("\(Conversion.kindName(of: values)) is not iterable")
    }
  }

  /// The bounds of `range(n)` and `range(a, b)`.
  private func rangeBounds(_ iterable: Expression) throws(Fault) -> RangeBounds? {
    guard case .call(let callee, let arguments, false) = iterable.kind,
      case .identifier = callee.kind,
      case .global(.range)? = linker.program.references[callee.id],
      !arguments.contains(where: \.isSpread)
    else { return nil }
    switch arguments.count {
    case 1: return RangeBounds(from: nil, to: try code(arguments[0].value))
    case 2:
      return RangeBounds(
        from: try code(arguments[0].value), to: try code(arguments[1].value))
    default: return nil
    }
  }

  private func rangeLoop(
    _ from: Code?, _ to: @escaping Code, _ turn: Turn, _ site: Site
  ) -> Code {
    let state = heap.state
    let register = turn.register
    let body = turn.body
    return { (frame: Registers) throws(Fault) in
      var number = try Loop.bound(from, frame, site)
      let end = try Loop.bound(to, frame, site)
      while number < end {
        state.pointee.steps &-= 1
        if state.pointee.steps < 0 { throw Fault.outOfSteps.at(site.position) }
        frame[register] = Value(arithmetic: number)
        if let bind = turn.bind { _ = try bind(frame) }
        let result = try body(frame)
        if !Value.same(result, .normal) {
          if Value.same(result, .breakSignal) { break }
          if !Value.same(result, .continueSignal) { return result }
        }
        number += 1
      }
      return .normal
    }
  }
}

/// What `range(…)` counts from and to.
private struct RangeBounds {
  let from: Code?
  let to: Code
}

/// One turn of a loop.
struct Turn {
  /// Where the element goes.
  var register: Int
  /// Takes it apart, when the loop has a pattern or a closure uses its variable.
  var bind: Code?
  var body: Code
}

/// Loops over values.
enum Loop {
  static func bound(_ code: Code?, _ frame: Registers, _ site: Site) throws(Fault) -> Double {
    guard let code else { return 0 }
    let value = try code(frame)
    let context = site.context(frame)
    return try site.here { () throws(Fault) in try context.toNumber(value) }
  }

  /// Elements that the body adds are visited too, as in JavaScript.
  static func array(
    _ array: ArrayRef, _ turn: Turn, _ frame: Registers, _ site: Site
  ) throws(Fault) -> Value {
    var index = 0
    while index < array.count {
      frame[turn.register] = array.elements[index]
      let result = try run(turn, frame, site)
      if Value.same(result, .breakSignal) { break }
      if !Value.same(result, .normal) { return result }
      index += 1
    }
    return .normal
  }

  /// By code point: a surrogate pair is one element.
  static func string(
    _ string: StringRef, _ turn: Turn, _ frame: Registers, _ site: Site
  ) throws(Fault) -> Value {
    let heap = site.heap
    let units = try site.here { () throws(Fault) in try heap.flat(string) }
    var index = 0
    while index < units.count {
      let width = units.scalarWidth(at: index)
      frame[turn.register] = try site.here { () throws(Fault) in
        width == 1
          ? Value(try heap.character(units[index]))
          : Value(try heap.slice(units, index, index + width))
      }
      let result = try run(turn, frame, site)
      if Value.same(result, .breakSignal) { break }
      if !Value.same(result, .normal) { return result }
      index += width
    }
    return .normal
  }

  /// Runs a turn; `continue` counts as normal.
  @inline(__always)
  private static func run(
    _ turn: Turn, _ frame: Registers, _ site: Site
  ) throws(Fault) -> Value {
    let state = site.heap.state
    state.pointee.steps &-= 1
    if state.pointee.steps < 0 { throw Fault.outOfSteps.at(site.position) }
    if let bind = turn.bind { _ = try bind(frame) }
    let result = try turn.body(frame)
    return Value.same(result, .continueSignal) ? .normal : result
  }
}
