import HandlerLanguage

extension Evaluator {
  /// `left + right`, which may also be a sum.
  func concatenate(_ left: AbstractValue, _ right: AbstractValue) -> AbstractValue {
    var result = AbstractValue(labels: deepLabels(left).union(deepLabels(right)))
    result.labels = result.labels.without([.missing])
    let isSum = couldBeNumber(left) && couldBeNumber(right)
    if isSum { result.kinds.insert(.number) }
    if !isCertainlyText(left), !isCertainlyText(right), !mayBeText(left), !mayBeText(right) {
      return result
    }
    if isRoute(left, right, &result) { return result }
    guard let beginnings = shapes(of: left) else {
      result.kinds.insert(.string)
      return result
    }
    let ends: [StringShape?] = shapes(of: right) ?? [nil]
    for beginning in beginnings {
      for end in ends { result.insert(beginning.appending(end)) }
    }
    return result
  }

  /// The known shapes of a value as text; nil when it can be a text of which nothing is known.
  func shapes(of value: AbstractValue) -> [StringShape]? {
    let plain: AbstractValue.Kinds = [.undefined, .null, .boolean]
    guard value.objects.isEmpty, value.functions.isEmpty, value.kinds.isSubset(of: plain) else {
      return nil
    }
    var found = Array(value.strings)
    if value.kinds.contains(.undefined) { found.append(.exact("undefined")) }
    if value.kinds.contains(.null) { found.append(.exact("null")) }
    if value.kinds.contains(.boolean) { found += [.exact("true"), .exact("false")] }
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
    if left.literalTexts == [""] {
      for kind in [AbstractValue.Kinds.requestMethod, .requestPath, .methodAndPath]
      where right.isExactly(kind) {
        result.kinds = kind
        return true
      }
    }
    if right.literalTexts == [""] {
      for kind in [AbstractValue.Kinds.requestMethod, .requestPath, .methodAndPath]
      where left.isExactly(kind) {
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
    value.mayBeNumber || !value.kinds.isDisjoint(with: [.undefined, .null, .boolean])
  }
  private func isCertainlyText(_ value: AbstractValue) -> Bool {
    value.mayBeString && !couldBeNumber(value) && value.objects.isEmpty
  }
  private func mayBeText(_ value: AbstractValue) -> Bool {
    value.mayBeString || !value.objects.isEmpty || !value.functions.isEmpty
  }

  /// A value is used where it must be there: env names behind it are required.
  func consume(_ value: AbstractValue, at position: SourcePosition) {
    guard let findings else { return }
    for label in value.labels where label.kind == .missing {
      findings.envRequired.insert(sources[label.source].name)
    }
  }

  /// The same for everything that hangs on it.
  func consumeDeeply(_ value: AbstractValue, at position: SourcePosition) {
    guard let findings else { return }
    for label in deepLabels(value) where label.kind == .missing {
      findings.envRequired.insert(sources[label.source].name)
    }
  }

  /// The request may end in a fault here, depending on a value.
  func addFault(_ labels: Labels) {
    let more = labels.of(LabelKind.followsBranches)
    guard !more.isSubset(of: faults) else { return }
    faults.formUnion(more)
    hasChanged = true
  }
}
