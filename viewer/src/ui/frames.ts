/** The frames of a video, one after the other. */

/** Calls back with what is known of each frame that is on the page. Gives how to stop. */
export function eachFrame(
  video: HTMLVideoElement,
  shown: (frame: VideoFrameCallbackMetadata) => void,
): () => void {
  let next = 0;
  const listen = () => {
    next = video.requestVideoFrameCallback((_, frame) => {
      listen();
      shown(frame);
    });
  };
  listen();
  return () => video.cancelVideoFrameCallback(next);
}
