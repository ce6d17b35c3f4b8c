/// Compiled pieces in order.
///
/// Swift keeps functions in arrays, tuples and other generic containers in a form that needs a
/// conversion at every call; in a struct of their own they stay as they are.
struct CodeList {
  private struct Step {
    let run: Code
  }
  private var steps: [Step] = []

  init() {}

  var count: Int { steps.count }
  var isEmpty: Bool { steps.isEmpty }

  @inline(__always) subscript(index: Int) -> Code { steps[index].run }

  mutating func append(_ code: @escaping Code) { steps.append(Step(run: code)) }

  static func += (list: inout CodeList, other: CodeList) { list.steps += other.steps }
}

/// A piece of code that gives one element, or all elements of what it gives.
struct SpreadableCode {
  let code: Code
  let isSpread: Bool
}
