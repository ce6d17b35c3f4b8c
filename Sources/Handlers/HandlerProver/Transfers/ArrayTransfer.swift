import HandlerLanguage

/// What a method of an array does with its elements, for the prover. One row a method; a method
/// without a row of its own gives anything, with every label of every operand.
struct ArrayTransfer {
  /// What the call gives.
  enum Result {
    /// One of the elements, or `undefined`.
    case element
    /// Yes or no.
    case answer
    /// A number.
    case number
    case undefined
    /// The elements as one text.
    case text
    /// What a callback has gathered.
    case gathered
    /// The array itself.
    case receiver
    /// A new array of these.
    case array(Contents)
    case anything
  }
  /// What a new array holds.
  enum Contents {
    case elements
    /// Elements and arguments.
    case elementsAndArguments
    /// Elements, arguments, and what is in those that are arrays.
    case joined
    /// What is in elements that are arrays, and in those, …
    case flattened
    /// What the callback gives.
    case answers
    /// What is in the arrays that the callback gives.
    case flattenedAnswers
    case places
    case entries
  }
  /// How a callback is called.
  enum Callback { case none, element, comparator, gatherer }

  var result: Result
  var callback = Callback.none
  /// Whether its answers decide how often it is called, or what the result is.
  var answersDecide = false
  /// Whether places of elements change.
  var moves = false
  /// Whether the arguments are stored.
  var stores = false
  /// Whether the callback may be left out.
  var isCallbackOptional = false

  /// The row of a method.
  static func row(_ method: BuiltinMethod) -> ArrayTransfer {
    switch method {
    case .arrayAt: .init(result: .element)
    case .arrayPop, .arrayShift: .init(result: .element, moves: true)
    case .arrayFind, .arrayFindLast:
      .init(result: .element, callback: .element, answersDecide: true)
    case .arrayEvery, .arraySome:
      .init(result: .answer, callback: .element, answersDecide: true)
    case .arrayIncludes: .init(result: .answer)
    case .arrayFindIndex, .arrayFindLastIndex:
      .init(result: .number, callback: .element, answersDecide: true)
    case .arrayIndexOf, .arrayLastIndexOf: .init(result: .number)
    case .arrayForEach: .init(result: .undefined, callback: .element)
    case .arrayJoin, .arrayToString: .init(result: .text)
    case .arrayReduce, .arrayReduceRight: .init(result: .gathered, callback: .gatherer)
    case .arrayMap: .init(result: .array(.answers), callback: .element)
    case .arrayFlatMap: .init(result: .array(.flattenedAnswers), callback: .element)
    case .arrayFilter:
      .init(result: .array(.elements), callback: .element, answersDecide: true)
    case .arrayConcat: .init(result: .array(.joined))
    case .arrayFlat: .init(result: .array(.flattened))
    case .arrayKeys: .init(result: .array(.places))
    case .arrayEntries: .init(result: .array(.entries))
    case .arrayToSorted:
      .init(
        result: .array(.elements), callback: .comparator, answersDecide: true,
        isCallbackOptional: true)
    case .arraySort:
      .init(
        result: .receiver, callback: .comparator, answersDecide: true, moves: true,
        isCallbackOptional: true)
    case .arraySlice, .arrayToReversed, .arrayValues: .init(result: .array(.elements))
    case .arrayToSpliced, .arrayWith: .init(result: .array(.elementsAndArguments))
    case .arrayPush: .init(result: .number, stores: true)
    case .arrayUnshift: .init(result: .number, moves: true, stores: true)
    case .arrayFill: .init(result: .receiver, moves: true, stores: true)
    case .arraySplice: .init(result: .array(.elements), moves: true, stores: true)
    case .arrayReverse, .arrayCopyWithin: .init(result: .receiver, moves: true)
    default:
      .init(
        result: .anything, callback: .element, answersDecide: true, moves: true,
        stores: true)
    }
  }
}
