// What programs of Rust use of its standard library: hash tables, threads with their locals, channels, panics that are
// caught, that end a thread, and that end the program, and destructors on the way.
use std::cell::Cell;
use std::collections::HashMap;
use std::sync::{mpsc, Arc, Mutex};
use std::{env, panic, thread};

thread_local! { static COUNT: Cell<u32> = Cell::new(0); }

struct Noisy(&'static str);

impl Drop for Noisy {
    fn drop(&mut self) {
        println!("dropped {}", self.0);
    }
}

fn hash_tables() {
    let mut words: HashMap<&str, u32> = HashMap::new();
    for w in "a b a c b a".split(' ') {
        *words.entry(w).or_insert(0) += 1;
    }
    let mut sorted: Vec<_> = words.iter().collect();
    sorted.sort();
    println!("{:?}", sorted);
}

fn threads() {
    let total = Arc::new(Mutex::new(0));
    let (send, receive) = mpsc::channel();
    let threads: Vec<_> = (0..4)
        .map(|i| {
            let (total, send) = (total.clone(), send.clone());
            thread::spawn(move || {
                COUNT.with(|c| c.set(c.get() + i));
                *total.lock().unwrap() += COUNT.with(|c| c.get());
                send.send(i * i).unwrap();
            })
        })
        .collect();
    for t in threads {
        t.join().unwrap();
    }
    drop(send);
    let mut squares: Vec<u32> = receive.iter().collect();
    squares.sort();
    println!("{} {:?} {}", total.lock().unwrap(), squares, COUNT.with(|c| c.get()));
}

fn panics() {
    let caught = panic::catch_unwind(|| {
        let _n = Noisy("by unwinding");
        if env::args().count() > 0 {
            panic!("thrown");
        }
    });
    println!("{:?}", caught.unwrap_err().downcast_ref::<&str>());
    let joined = thread::spawn(|| Vec::<u32>::new()[env::args().count()]).join();
    println!("{}", joined.is_err());
}

fn main() {
    panic::set_hook(Box::new(|_| ()));
    hash_tables();
    threads();
    panics();
    let _n = Noisy("at last");
    None::<u32>.expect("a panic ends the program");
}
