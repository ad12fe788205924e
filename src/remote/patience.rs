//! Tells once of a store that does not answer: the library tries a request again for minutes without a word.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use object_store::ClientOptions;
use object_store::client::{
    HttpClient, HttpConnector, HttpError, HttpRequest, HttpResponse, HttpService, ReqwestConnector,
};

use super::error::Answer;

/// How long a store may not answer before somebody who waits is told.
const SILENT_FOR: Duration = Duration::from_secs(10);

/// Connects as the library does, and listens.
#[derive(Debug)]
pub(super) struct Patience {
    /// Of the folder, for people.
    address: String,
}

impl Patience {
    pub(super) fn with(address: String) -> Patience {
        Patience { address }
    }
}

impl HttpConnector for Patience {
    fn connect(&self, options: &ClientOptions) -> object_store::Result<HttpClient> {
        Ok(HttpClient::new(Listened {
            inner: ReqwestConnector::default().connect(options)?,
            silence: Arc::new(Silence::at(self.address.clone())),
        }))
    }
}

/// A client whose answers are listened to.
#[derive(Debug)]
struct Listened {
    inner: HttpClient,
    silence: Arc<Silence>,
}

impl HttpService for Listened {
    fn call<'s, 'f>(
        &'s self,
        request: HttpRequest,
    ) -> Pin<Box<dyn Future<Output = Result<HttpResponse, HttpError>> + Send + 'f>>
    where
        's: 'f,
        Self: 'f,
    {
        Box::pin(async move {
            let begun = Instant::now();
            let answer = self.inner.execute(request).await;
            let fault = match &answer {
                Ok(answer) if !answer.status().is_server_error() => None,
                Ok(answer) => Some(answer.status().to_string()),
                Err(error) => Some(Answer::of(error).to_string()),
            };
            if let Some(reason) = self.silence.lasts(begun, Instant::now(), fault) {
                let (address, seconds) = (&self.silence.address, SILENT_FOR.as_secs());
                tracing::warn!(address, seconds, reason, "the store does not answer; trying again");
            }
            answer
        })
    }
}

/// Since when a store has not answered.
#[derive(Debug)]
struct Silence {
    address: String,
    state: Mutex<State>,
}

#[derive(Clone, Copy, Debug)]
enum State {
    Answers,
    Fails { since: Instant },
    Told,
}

impl Silence {
    fn at(address: String) -> Silence {
        Silence {
            address,
            state: Mutex::new(State::Answers),
        }
    }

    /// Notes how an attempt ended that had begun then; what is to be told now, which is once.
    fn lasts(&self, begun: Instant, now: Instant, fault: Option<String>) -> Option<String> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let since = match (*state, &fault) {
            (State::Told, _) => return None,
            (_, None) => {
                *state = State::Answers;
                return None;
            }
            (State::Answers, Some(_)) => begun,
            (State::Fails { since }, Some(_)) => since,
        };
        let is_long = now.saturating_duration_since(since) >= SILENT_FOR;
        *state = if is_long { State::Told } else { State::Fails { since } };
        fault.filter(|_| is_long)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_silence_is_told_once() {
        let begun = Instant::now();
        let after = |seconds| begun + Duration::from_secs(seconds);
        let refused = || Some("refused".to_owned());
        let silence = Silence::at("s3://b/out".to_owned());
        for (from, to, fault, told) in [
            (0, 1, refused(), None),
            (2, 9, refused(), None),
            // It was away for a moment.
            (9, 10, None, None),
            (11, 12, refused(), None),
            (13, 20, refused(), None),
            (20, 21, refused(), refused()),
            (22, 40, refused(), None),
            (41, 42, None, None),
            (43, 60, refused(), None),
        ] {
            assert_eq!(silence.lasts(after(from), after(to), fault), told, "{from} to {to}");
        }
        // One attempt that takes as long is enough.
        let silence = Silence::at("s3://b/out".to_owned());
        assert_eq!(silence.lasts(begun, after(30), refused()), refused());
    }
}
