#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// The descriptors that one loop polls (poll(2)).
///
/// Slot 0 is the loop's own wake-up pipe.
///
/// A lane has a handful of descriptors and the embedded node some dozens, so the linear cost of poll(2) does not
/// show and every POSIX system has it.
struct PollSet {
    private var descriptors: [pollfd]
    private(set) var registrations: [Registration] = []

    init(wakeUp descriptor: Int32) {
        descriptors = [pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)]
    }

    mutating func add(_ registration: Registration) {
        registration.slot = registrations.count
        registrations.append(registration)
        descriptors.append(pollfd(fd: registration.descriptor.rawValue, events: 0, revents: 0))
    }

    mutating func remove(_ registration: Registration) {
        let slot = registration.slot
        guard slot >= 0 else { return }
        let last = registrations.count - 1
        if slot != last {
            registrations.swapAt(slot, last)
            descriptors.swapAt(slot + 1, last + 1)
            registrations[slot].slot = slot
        }
        registrations.removeLast()
        descriptors.removeLast()
        registration.slot = -1
    }

    /// The registration of that id, if the loop still has it.
    func registration(id: UInt64) -> Registration? { registrations.first { $0.id == id } }

    /// Tells the kernel's next look what `registration` waits for now.
    mutating func updateInterest(of registration: Registration) {
        guard registration.slot >= 0 else { return }
        let interest = registration.interest
        descriptors[registration.slot + 1].events =
            (interest.contains(.read) ? Int16(POLLIN) : 0) | (interest.contains(.write) ? Int16(POLLOUT) : 0)
    }

    /// Waits up to `timeout` milliseconds (−1: forever) and collects who became ready.
    ///
    /// - Returns: whether the wake-up pipe was written.
    mutating func poll(timeout: Int32, into fired: inout [(Registration, Interest)]) -> Bool {
        let count = descriptors.withUnsafeMutableBufferPointer { buffer in
            #if canImport(Darwin)
            Darwin.poll(buffer.baseAddress, nfds_t(buffer.count), timeout)
            #else
            Glibc.poll(buffer.baseAddress, nfds_t(buffer.count), timeout)
            #endif
        }
        guard count > 0 else { return false }
        var left = Int(count)
        let wokenUp = descriptors[0].revents != 0
        if wokenUp { left -= 1 }
        var slot = 0
        while left > 0, slot < registrations.count {
            let events = Int32(descriptors[slot + 1].revents)
            if events != 0 {
                left -= 1
                var ready: Interest = []
                let failed = events & (POLLHUP | POLLERR | POLLNVAL) != 0
                if events & POLLIN != 0 || failed { ready.insert(.read) }
                if events & POLLOUT != 0 || failed { ready.insert(.write) }
                fired.append((registrations[slot], ready))
            }
            slot += 1
        }
        return wokenUp
    }
}
