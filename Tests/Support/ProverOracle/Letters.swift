extension String {
  /// The text with its letters replaced where they stand alone: not in a name, a number or quotes.
  ///
  /// - Parameter filling: what stands for a letter; nil for itself.
  func fillingLetters(_ filling: (Character) -> String?) -> String {
    let letters = Array(self)
    func isOpen(_ place: Int) -> Bool {
      guard letters.indices.contains(place) else { return true }
      return !letters[place].isLetter && !letters[place].isNumber && letters[place] != "\""
    }
    var text = ""
    for (place, letter) in letters.enumerated() {
      let isAlone = isOpen(place - 1) && isOpen(place + 1)
      text += (isAlone ? filling(letter) : nil) ?? String(letter)
    }
    return text
  }
}
