"""Plates followed through a video: frames in, passages out; nothing is stored here."""

from workbench.recognition.video.direction import Direction, direction_of
from workbench.recognition.video.following import FollowingRules, Step, step
from workbench.recognition.video.frames import Frame, Video, VideoFacts, VideoLimits, open_video
from workbench.recognition.video.passages import Passage
from workbench.recognition.video.sightings import Sighting, sightings_of
from workbench.recognition.video.votes import Voted, Votes

__all__ = [
    "Direction",
    "FollowingRules",
    "Frame",
    "Passage",
    "Sighting",
    "Step",
    "Video",
    "VideoFacts",
    "VideoLimits",
    "Voted",
    "Votes",
    "direction_of",
    "open_video",
    "sightings_of",
    "step",
]
