import HandlerLanguage
import Testing

@Suite struct BuiltinTableTests {
  @Test func everyMemberIsFoundThroughItsGlobal() {
    for member in BuiltinMember.allCases {
      #expect(member.global.rawValue == member.globalName)
      #expect(member.global.member(named: member.name) == member)
    }
  }

  @Test func everyMethodIsFoundThroughItsReceiver() {
    for method in BuiltinMethod.allCases {
      #expect(BuiltinMethod.method(of: method.receiver, named: method.name) == method)
    }
  }

  @Test func onlyNamespacesAndConvertersHaveMembers() {
    let withMembers = BuiltinGlobal.allCases.filter { !$0.memberNames.isEmpty }
    #expect(
      Set(withMembers)
        == [.json, .math, .object, .array, .number, .string, .date, .console, .response])
  }

  @Test func rowsAreConsistent() {
    let rows =
      BuiltinGlobal.allCases.map(\.row) + BuiltinMember.allCases.map(\.row)
      + BuiltinMethod.allCases.map(\.row)
    for row in rows {
      if let maximum = row.maximumArguments { #expect(row.minimumArguments <= maximum) }
      if !row.isCallable { #expect(row.effect == .pure) }
    }
  }

  @Test func chanceAndClockAreNotDeterministic() {
    let others = BuiltinMember.allCases.filter { !$0.row.isDeterministic }
    #expect(Set(others) == [.mathRandom, .dateNow])
    #expect(!BuiltinGlobal.fetchSync.row.isDeterministic)
  }

  @Test func mutatingMethods() {
    let mutating = BuiltinMethod.allCases.filter { $0.row.effect == .mutatesReceiver }
    #expect(
      Set(mutating.map(\.rawValue)) == [
        "array.copyWithin", "array.fill", "array.pop", "array.push", "array.reverse",
        "array.shift", "array.sort", "array.splice", "array.unshift", "headers.append",
        "headers.set",
      ])
  }
}
