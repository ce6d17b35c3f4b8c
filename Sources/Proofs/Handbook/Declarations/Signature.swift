/// A function as TypeScript declares it: its types by place. Names, and what may be left out, come
/// from the row of the language's own table.
struct Signature {
  /// The types of the parameters in order; `...` in front takes all that follow.
  var types: [String]
  /// The type of what it gives.
  var result: String
  /// Type parameters, such as `<T>`; empty where there are none.
  var generics: String

  init(_ types: [String], _ result: String, generics: String = "") {
    (self.types, self.result, self.generics) = (types, result, generics)
  }

  /// `(name: string, options?: T): string`.
  /// - Parameters:
  ///   - names: of the parameters, from the function's row; those without a type take anything.
  ///   - required: how many of them cannot be left out.
  func text(names: [String], required: Int) -> String {
    let parameters = names.enumerated().map { index, name in
      let type = index < types.count ? types[index] : "any"
      if type.hasPrefix("...") { return "...\(name): \(type.dropFirst(3))" }
      return "\(name)\(index < required ? "" : "?"): \(type)"
    }
    return "\(generics)(\(parameters.joined(separator: ", "))): \(result)"
  }
}
