import HandlerLanguage

extension Evaluator {
  // More known texts than these are not put together one by one.
  private static let mostCombinations = 256

  /// `left + right`, which may also be a sum.
  func concatenate(_ left: AbstractValue, _ right: AbstractValue) -> AbstractValue {
    var result = AbstractValue(labels: deepLabels(left).union(deepLabels(right)))
    result.labels = result.labels.without([.missing])
    // Together with a text of our own it is a piece no more.
    if isOwnText(left) || isOwnText(right) { result.labels = result.labels.without([.piece]) }
    let isSum = couldBeNumber(left) && couldBeNumber(right)
    if isSum { result.formUnion(sum(left, right)) }
    if !isCertainlyText(left), !isCertainlyText(right), !mayBeText(left), !mayBeText(right) {
      return result
    }
    if isRoute(left, right, &result) { return result }
    guard let beginnings = shapes(of: left) else {
      result.formUnion(.string)
      return result
    }
    let ends: [StringShape?] = shapes(of: right) ?? [nil]
    guard beginnings.count * ends.count <= Self.mostCombinations else {
      result.formUnion(.string)
      if result.labels.has(.chosen) {
        result.labels.formUnion(result.labels.of([.chosen]).decoded)
      }
      return result
    }
    for beginning in beginnings {
      for end in ends { result.insert(beginning.appending(end)) }
    }
    return result
  }

  private func isOwnText(_ value: AbstractValue) -> Bool {
    value.literalTexts?.allSatisfy { !$0.isEmpty } ?? false
  }

  private func sum(_ left: AbstractValue, _ right: AbstractValue) -> AbstractValue {
    guard let a = left.literalNumbers, let b = right.literalNumbers, a.count == 1, b.count == 1
    else { return .number }
    return .number(a[0] + b[0])
  }

  /// The known shapes of a value as text; nil when it can be a text of which nothing is known.
  func shapes(of value: AbstractValue) -> [StringShape]? {
    let plain: AbstractValue.Kinds = [.undefined, .null, .yes, .no]
    guard value.objects.isEmpty, value.functions.isEmpty, value.kinds.isSubset(of: plain) else {
      return nil
    }
    var found = Array(value.strings)
    if value.kinds.contains(.undefined) { found.append(.exact("undefined")) }
    if value.kinds.contains(.null) { found.append(.exact("null")) }
    if value.kinds.contains(.yes) { found.append(.exact("true")) }
    if value.kinds.contains(.no) { found.append(.exact("false")) }
    for number in value.numbers {
      guard number == number.rounded(), abs(number) < 1e15 else { return nil }
      found.append(.exact(String(Int(number))))
    }
    return found.isEmpty ? nil : found
  }

  /// `${req.method} ${req.path}` is followed, so that a `switch` over it is read as routes.
  private func isRoute(
    _ left: AbstractValue, _ right: AbstractValue, _ result: inout AbstractValue
  ) -> Bool {
    let own: [AbstractValue.Kinds] = [.requestMethod, .requestPath, .methodAndPath]
    if left.literalTexts == [""] {
      for kind in own where right.isExactly(kind) {
        result.kinds = kind
        return true
      }
    }
    if right.literalTexts == [""] {
      for kind in own where left.isExactly(kind) {
        result.kinds = kind
        return true
      }
    }
    if left.isExactly(.requestMethod), right.literalTexts == [" "] {
      result.kinds = .methodAndSpace
      return true
    }
    if left.isExactly(.methodAndSpace), right.isExactly(.requestPath) {
      result.kinds = .methodAndPath
      return true
    }
    return false
  }

  private func couldBeNumber(_ value: AbstractValue) -> Bool {
    value.mayBeNumber || !value.kinds.isDisjoint(with: [.undefined, .null, .yes, .no])
  }
  private func isCertainlyText(_ value: AbstractValue) -> Bool {
    value.mayBeString && !couldBeNumber(value) && value.objects.isEmpty
  }
  private func mayBeText(_ value: AbstractValue) -> Bool {
    value.mayBeString || !value.objects.isEmpty || !value.functions.isEmpty
  }

  /// A value is used where it must be there: env names behind it are required.
  func consume(_ value: AbstractValue, at position: SourcePosition) {
    guard let findings, value.labels.has(.missing) else { return }
    for label in value.labels.of([.missing]) {
      findings.envRequired.insert(sources[label.source].name)
    }
  }

  /// The same for everything that hangs on it.
  func consumeDeeply(_ value: AbstractValue, at position: SourcePosition) {
    guard let findings else { return }
    for label in deepLabels(value).of([.missing]) {
      findings.envRequired.insert(sources[label.source].name)
    }
  }

  /// The request may end in a fault here, depending on a value: an exit like any other, which
  /// carries the labels of what may fault and of the branches that lead here.
  func addFault(_ labels: Labels, _ state: inout PathState, _ frame: Frame?) {
    let more = labels.of(LabelKind.followsBranches)
    let all = more.union(state.control)
    guard !all.isEmpty else { return }
    if hides(.faults) { return }
    if !all.isSubset(of: faults) {
      faults.formUnion(all)
      hasChanged = true
    }
    if let frame, !all.isSubset(of: frame.faults) {
      frame.faults.formUnion(all)
      hasChanged = true
    }
    state.control.formUnion(more)
    exits += 1
  }

  /// What is cut out of a text.
  var piece: Label {
    label(.piece, "piece", at: SourcePosition(file: 0, line: 1, column: 1))
  }
}
