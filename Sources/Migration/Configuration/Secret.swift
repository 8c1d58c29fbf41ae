/// A password on its way from the command line or a file to a client; it never prints.
package struct Secret: Hashable, Sendable {
    /// The text itself, for the client that authenticates with it.
    package let text: String

    package init(_ text: String) { self.text = text }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "(not shown)" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}
